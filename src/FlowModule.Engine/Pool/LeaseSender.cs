using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Engine.Pool;

/// <summary>Writes what the pipes of a process send: while one batch is being written, the next one gathers.</summary>
internal sealed class LeaseSender : IDisposable
{
    /// <summary>How long a store that cannot be used is tried again. Then the leases are lost.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private const int MostFrames = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly ILeaseStore _store;
    private readonly Guid _process;
    private readonly TimeProvider _time;
    private readonly Action<string> _lose;
    private readonly object _gate = new();
    private readonly Queue<LeaseFrame> _frames = [];
    private readonly List<Guid> _ended = [];
    private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private bool _isDisposed;

    /// <param name="store">The store.</param>
    /// <param name="process">This process.</param>
    /// <param name="time">The clock.</param>
    /// <param name="lose">Ends all pipes, because what they send cannot be written.</param>
    internal LeaseSender(ILeaseStore store, Guid process, TimeProvider time, Action<string> lose)
    {
        _store = store;
        _process = process;
        _time = time;
        _lose = lose;
        _thread = new Thread(Run) { IsBackground = true, Name = "FlowModule lease sender" };
        _thread.Start();
    }

    /// <summary>Adds a frame. It waits for nothing.</summary>
    internal void Post(LeaseFrame frame)
    {
        lock (_gate)
        {
            _frames.Enqueue(frame);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Has a lease removed after what was sent before.</summary>
    internal void End(Guid lease)
    {
        lock (_gate)
        {
            _ended.Add(lease);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Writes what there is, and ends. What cannot be written now is not tried again.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Monitor.Pulse(_gate);
        }

        _ending.SetResult();
        _thread.Join();
    }

    private void Run()
    {
        while (TryTake(out LeaseFrame[] frames, out Guid[] ended))
        {
            if (frames.Length > 0)
            {
                Write(() => _store.Send(_process, frames));
            }

            if (ended.Length > 0)
            {
                Write(() => _store.End(_process, ended));
            }
        }
    }

    private bool TryTake(out LeaseFrame[] frames, out Guid[] ended)
    {
        lock (_gate)
        {
            while (_frames.Count + _ended.Count == 0 && !_isDisposed)
            {
                Monitor.Wait(_gate);
            }

            frames = new LeaseFrame[Math.Min(_frames.Count, MostFrames)];
            for (int i = 0; i < frames.Length; i++)
            {
                frames[i] = _frames.Dequeue();
            }

            // What a lease has sent before it ends is written before.
            ended = _frames.Count == 0 ? [.. _ended] : [];
            if (ended.Length > 0)
            {
                _ended.Clear();
            }

            return frames.Length + ended.Length > 0;
        }
    }

    /// <summary>Does something with the store, and tries it again for a while if the store cannot be used.</summary>
    /// <exception cref="HistoryException">It stays so, or this process ends.</exception>
    internal T Insist<T>(Func<T> action)
    {
        long begin = _time.GetTimestamp();
        while (true)
        {
            try
            {
                return action();
            }
            catch (HistoryException) when (!_ending.Task.IsCompleted && _time.GetElapsedTime(begin) < Patience)
            {
                // After a pause it is tried again.
            }

            // Its end comes sooner when this process ends.
            Task.WhenAny(Task.Delay(Pause, _time), _ending.Task).Wait();
        }
    }

    private void Write(Action write)
    {
        try
        {
            Insist(() =>
            {
                write();
                return true;
            });
        }
        catch (HistoryException exception)
        {
            _lose(exception.Message);
        }
    }
}
