namespace FlowModule.PostgreSql;

/// <summary>Who is told of what a line hears.</summary>
/// <param name="channel">The channel.</param>
/// <param name="own">What it says there itself; null if it does not.</param>
/// <param name="changed">Is called.</param>
/// <param name="remove">Takes it off the line.</param>
internal sealed class PgWatcher(string channel, string? own, Action changed, Action<PgWatcher> remove) : IDisposable
{
    private readonly object _gate = new();
    private volatile bool _isDisposed;
    private int _isToBeTold;

    public void Dispose()
    {
        _isDisposed = true;
        remove(this);
    }

    /// <summary>Something was heard.</summary>
    internal void Hear(string where, string by)
    {
        if (where == channel && by != own)
        {
            Tell();
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
