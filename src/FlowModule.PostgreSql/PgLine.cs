using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace FlowModule.PostgreSql;

/// <summary>
/// This process's line to the server: a connection that does almost nothing but listen. It hears what other processes have changed, and holds the locks by which
/// they see that this process lives: the server lets go of them when the process dies, or its machine. A line that is lost is opened again, with its locks.
/// </summary>
/// <param name="place">The database.</param>
[SuppressMessage("Design", "CA1001", Justification = "The source of cancellation has neither a timer nor a handle, and the line lives as long as the process.")]
internal sealed class PgLine(PgPlace place)
{
    /// <summary>How often those who watch are told to look even if nothing was heard.</summary>
    internal static readonly TimeSpan PollEach = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>How long who needs the line waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly object _gate = new();
    private readonly Queue<Work> _work = [];
    private readonly HashSet<Guid> _keys = [];
    private readonly HashSet<Guid> _held = [];
    private Watcher[] _watchers = [];
    private CancellationTokenSource _wake = new();
    private bool _isRunning;

    /// <summary>Has something called soon after another than the named one has written.</summary>
    internal IDisposable Watch(string own, Action changed)
    {
        var watcher = new Watcher(this, own, changed);
        lock (_gate)
        {
            _watchers = [.. _watchers, watcher];
        }

        // It may have missed earlier changes.
        Post(new Work(_ =>
        {
            watcher.Tell();
            return Task.CompletedTask;
        }));
        return watcher;
    }

    /// <summary>Takes the lock of a process, and keeps it. Returns whether this was possible.</summary>
    internal bool Hold(Guid key)
    {
        lock (_gate)
        {
            _keys.Add(key);
        }

        Do(static _ => Task.FromResult(true));
        return IsHeld(key);
    }

    /// <summary>Whether the lock of a process is held now.</summary>
    internal bool IsHeld(Guid key)
    {
        lock (_gate)
        {
            return _held.Contains(key);
        }
    }

    internal void LetGo(Guid key)
    {
        lock (_gate)
        {
            _keys.Remove(key);
        }

        Do(static _ => Task.FromResult(true));
    }

    /// <summary>Asks the server something short. Returns what there is without an answer if there is none.</summary>
    internal T? Do<T>(Func<NpgsqlConnection, Task<T>> ask)
    {
        T? answer = default;
        var work = new Work(async connection => answer = await ask(connection).ConfigureAwait(false));
        Post(work);
        try
        {
            return work.Done.Wait(Patience) ? answer : default;
        }
        catch (AggregateException exception) when (exception.InnerException is NpgsqlException or IOException)
        {
            return default;
        }
    }

    private void Post(Work work)
    {
        lock (_gate)
        {
            _work.Enqueue(work);
            Wake();
            if (!_isRunning)
            {
                _isRunning = true;
                _ = Task.Run(Run);
            }
        }
    }

    /// <summary>Has the line look for work. Not on this thread, which has the gate.</summary>
    private void Wake() => _ = _wake.CancelAsync();

    private async Task Run()
    {
        while (Continues())
        {
            try
            {
                NpgsqlConnection connection = place.Connect();
                await using (connection.ConfigureAwait(false))
                {
                    connection.Notification += (_, notification) => Tell(notification.Payload);
                    await Execute(connection, $"LISTEN {place.Channel}").ConfigureAwait(false);
                    await Attend(connection).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or InvalidOperationException or OperationCanceledException or TimeoutException)
            {
                await Lose(exception).ConfigureAwait(false);
            }
        }
    }

    private async Task Attend(NpgsqlConnection connection)
    {
        // What was written while there was no line is not heard.
        Tell(string.Empty);
        while (true)
        {
            CancellationToken wake = Renew();
            await HoldAll(connection).ConfigureAwait(false);
            while (Next() is { } work)
            {
                await work.Do(connection).ConfigureAwait(false);
            }

            if (!IsNeeded())
            {
                return;
            }

            if (!await Hears(connection, wake).ConfigureAwait(false) && !wake.IsCancellationRequested)
            {
                // Nothing was heard for a while: perhaps because the line is dead.
                await Execute(connection, "SELECT 1").ConfigureAwait(false);
                Tell(string.Empty);
            }
        }
    }

    private async Task HoldAll(NpgsqlConnection connection)
    {
        Guid[] take, release;
        lock (_gate)
        {
            take = [.. _keys.Except(_held)];
            release = [.. _held.Except(_keys)];
        }

        foreach (Guid key in take)
        {
            // Its own earlier line may still have it, if the server does not know yet that it is dead: then it is taken in the next round.
            if (await Ask(connection, $"SELECT pg_try_advisory_lock({PgLocks.Of(key)})").ConfigureAwait(false))
            {
                lock (_gate)
                {
                    _held.Add(key);
                }
            }
        }

        foreach (Guid key in release)
        {
            await Execute(connection, $"SELECT pg_advisory_unlock({PgLocks.Of(key)})").ConfigureAwait(false);
            lock (_gate)
            {
                _held.Remove(key);
            }
        }
    }

    /// <summary>The line is lost, and so are its locks. Who waits for an answer gets none.</summary>
    private async Task Lose(Exception exception)
    {
        while (Next() is { } work)
        {
            work.Fail(exception);
        }

        lock (_gate)
        {
            _held.Clear();
        }

        await Task.Delay(Pause).ConfigureAwait(false);
    }

    private bool Continues()
    {
        lock (_gate)
        {
            return _isRunning = IsNeeded();
        }
    }

    private bool IsNeeded()
    {
        lock (_gate)
        {
            return _work.Count + _keys.Count + _held.Count + _watchers.Length > 0;
        }
    }

    private CancellationToken Renew()
    {
        lock (_gate)
        {
            if (_wake.IsCancellationRequested)
            {
                _wake = new CancellationTokenSource();
            }

            return _wake.Token;
        }
    }

    private Work? Next()
    {
        lock (_gate)
        {
            return _work.TryDequeue(out Work? work) ? work : null;
        }
    }

    private void Tell(string by)
    {
        foreach (Watcher watcher in Volatile.Read(ref _watchers))
        {
            if (watcher.Own != by)
            {
                watcher.Tell();
            }
        }
    }

    /// <summary>Waits until something is heard; false if that takes too long, or there is other work.</summary>
    private static async Task<bool> Hears(NpgsqlConnection connection, CancellationToken wake)
    {
        try
        {
            return await connection.WaitAsync(PollEach, wake).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (wake.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private static async Task<bool> Ask(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync().ConfigureAwait(false) is true;
    }

    private sealed class Work(Func<NpgsqlConnection, Task> action)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Done => _done.Task;

        internal async Task Do(NpgsqlConnection connection)
        {
            try
            {
                await action(connection).ConfigureAwait(false);
                _done.SetResult();
            }
            catch (Exception exception)
            {
                _done.SetException(exception);
                throw;
            }
        }

        internal void Fail(Exception exception) => _done.TrySetException(exception);
    }

    private sealed class Watcher(PgLine line, string own, Action changed) : IDisposable
    {
        private readonly object _gate = new();
        private volatile bool _isDisposed;
        private int _isToBeTold;

        internal string Own => own;

        public void Dispose()
        {
            _isDisposed = true;
            lock (line._gate)
            {
                line._watchers = [.. line._watchers.Where(other => other != this)];
                line.Wake();
            }
        }

        /// <summary>Not on the line itself: who is told may wait for someone who waits for the line.</summary>
        internal void Tell()
        {
            if (Interlocked.Exchange(ref _isToBeTold, 1) == 0)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static watcher => watcher.TellNow(), this, preferLocal: false);
            }
        }

        private void TellNow()
        {
            // One call after another.
            lock (_gate)
            {
                Volatile.Write(ref _isToBeTold, 0);
                if (!_isDisposed)
                {
                    changed();
                }
            }
        }
    }
}
