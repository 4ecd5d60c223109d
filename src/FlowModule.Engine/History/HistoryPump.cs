namespace FlowModule.Engine.History;

/// <summary>The thread that writes entries nobody waits for, and that ticks while runs are active.</summary>
internal sealed class HistoryPump : IDisposable
{
    /// <summary>How long entries are collected into one transaction, in milliseconds.</summary>
    private const int GatherMilliseconds = 25;

    /// <summary>How often it ticks while runs are active and nobody writes, in milliseconds.</summary>
    private const int TickMilliseconds = 1000;

    private readonly RunHistory _history;
    private readonly AutoResetEvent _work = new(initialState: false);
    private volatile bool _isDisposed;
    private int _isStarted;

    internal HistoryPump(RunHistory history) => _history = history;

    /// <summary>Tells the thread that there are entries to write.</summary>
    internal void Wake()
    {
        if (Interlocked.Exchange(ref _isStarted, 1) == 0)
        {
            new Thread(Run) { IsBackground = true, Name = "FlowModule history" }.Start();
        }

        _work.Set();
    }

    public void Dispose()
    {
        _isDisposed = true;
        _work.Set();
    }

    private void Run()
    {
        IDisposable? changes = null;
        while (!_isDisposed)
        {
            bool needsTick = _history.NeedsTick;
            if (needsTick)
            {
                // Requests of other processes are found as soon as they are written.
                changes ??= _history.WatchShared(Wake);
            }
            else
            {
                changes?.Dispose();
                changes = null;
            }

            bool hasWork = _work.WaitOne(needsTick ? TickMilliseconds : Timeout.Infinite);
            if (_isDisposed)
            {
                break;
            }

            if (hasWork)
            {
                Thread.Sleep(GatherMilliseconds);
            }

            _history.Tick();
        }

        changes?.Dispose();
    }
}
