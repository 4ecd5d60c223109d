using System.Diagnostics.CodeAnalysis;
using FlowModule.Engine.Storage;
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
    private readonly Queue<PgLineWork> _work = [];
    private readonly HashSet<Guid> _keys = [];
    private readonly HashSet<Guid> _held = [];
    private PgWatcher[] _watchers = [];
    private CancellationTokenSource _wake = new();
    private bool _isRunning;

    /// <summary>Has something called soon after another than the named one has written.</summary>
    internal IDisposable Watch(string own, Action changed, bool ofRuns) => Add(ofRuns ? [place.Channel, place.RunsChannel] : [place.Channel], own, changed);

    /// <summary>Has something called soon after there was news for a process. It is heard while the lock of the process is held.</summary>
    internal IDisposable Hear(Guid key, Action heard) => Add([PgPlace.ChannelOf(key)], own: null, heard);

    private PgWatcher Add(string[] channels, string? own, Action changed)
    {
        var watcher = new PgWatcher(channels, own, changed, Remove);
        lock (_gate)
        {
            _watchers = [.. _watchers, watcher];
        }

        // It may have missed earlier changes.
        Post(new PgLineWork(_ =>
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

        Do(HoldAll);
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

        Do(HoldAll);
    }

    /// <summary>Asks the server something short. Returns what there is without an answer if there is none.</summary>
    internal T? Do<T>(Func<NpgsqlConnection, Task<T>> ask)
    {
        T? answer = default;
        var work = new PgLineWork(async connection => answer = await ask(connection).ConfigureAwait(false));
        Post(work);
        try
        {
            return work.Done.Wait(Patience) ? answer : default;
        }
        catch (AggregateException exception) when (exception.InnerException is NpgsqlException or HistoryException or IOException)
        {
            return default;
        }
    }

    private void Post(PgLineWork work)
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
                    connection.Notification += (_, notification) => Tell(notification.Channel, notification.Payload);
                    await connection.Execute($"LISTEN {place.Channel}").ConfigureAwait(false);
                    await Attend(connection).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (exception is NpgsqlException or HistoryException or IOException or InvalidOperationException or OperationCanceledException or TimeoutException)
            {
                await Lose(exception).ConfigureAwait(false);
            }
        }
    }

    private async Task Attend(NpgsqlConnection connection)
    {
        // What was written while there was no line is not heard.
        TellAll();
        var news = new PgNews(place);
        while (true)
        {
            CancellationToken wake = Renew();
            await HoldAll(connection).ConfigureAwait(false);
            if (await news.Keep(connection, Array.Exists(Volatile.Read(ref _watchers), static watcher => watcher.OfRuns)).ConfigureAwait(false))
            {
                TellAll();
            }

            while (Next() is { } work)
            {
                await work.Do(connection).ConfigureAwait(false);
            }

            if (!IsNeeded())
            {
                return;
            }

            if (!await Hears(connection, news.Patience, wake).ConfigureAwait(false) && !wake.IsCancellationRequested)
            {
                // Nothing was heard for a while: perhaps because the line is dead.
                await connection.Execute("SELECT 1").ConfigureAwait(false);
                TellAll();
            }
        }
    }

    private async Task<bool> HoldAll(NpgsqlConnection connection)
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
            if (await connection.Ask($"SELECT pg_try_advisory_lock({PgLocks.Of(key)})").ConfigureAwait(false))
            {
                await connection.Execute($"LISTEN {PgPlace.ChannelOf(key)}").ConfigureAwait(false);
                lock (_gate)
                {
                    _held.Add(key);
                }

                // What came before is not heard.
                Tell(PgPlace.ChannelOf(key), string.Empty);
            }
        }

        foreach (Guid key in release)
        {
            await connection.Execute($"UNLISTEN {PgPlace.ChannelOf(key)}; SELECT pg_advisory_unlock({PgLocks.Of(key)})").ConfigureAwait(false);
            lock (_gate)
            {
                _held.Remove(key);
            }
        }

        return true;
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

    private PgLineWork? Next()
    {
        lock (_gate)
        {
            return _work.TryDequeue(out PgLineWork? work) ? work : null;
        }
    }

    private void Remove(PgWatcher watcher)
    {
        lock (_gate)
        {
            _watchers = [.. _watchers.Where(other => other != watcher)];
            Wake();
        }
    }

    private void Tell(string channel, string by)
    {
        foreach (PgWatcher watcher in Volatile.Read(ref _watchers))
        {
            watcher.Hear(channel, by);
        }
    }

    private void TellAll() => Array.ForEach(Volatile.Read(ref _watchers), static watcher => watcher.Tell());

    /// <summary>Waits until something is heard; false if that takes too long, or there is other work.</summary>
    private static async Task<bool> Hears(NpgsqlConnection connection, TimeSpan patience, CancellationToken wake)
    {
        try
        {
            return await connection.WaitAsync(patience, wake).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (wake.IsCancellationRequested)
        {
            return false;
        }
    }
}
