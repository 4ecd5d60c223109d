namespace FlowModule.PostgreSql;

/// <summary>Who is told of what a line hears.</summary>
/// <param name="channels">The channels.</param>
/// <param name="own">What it says there itself; null if it does not.</param>
/// <param name="changed">Is called.</param>
/// <param name="remove">Takes it off the line.</param>
internal sealed class PgWatcher(string[] channels, string? own, Action changed, Action<PgWatcher> remove) : IDisposable
{
    private readonly object _gate = new();
    private volatile bool _isDisposed;
    private int _isToBeTold;

    /// <summary>Whether it is told what runs tell of themselves.</summary>
    internal bool OfRuns => channels.Length > 1;

    public void Dispose()
    {
        _isDisposed = true;
        remove(this);
    }

    /// <summary>Something was heard.</summary>
    internal void Hear(string where, string by)
    {
        if (by != own && Array.IndexOf(channels, where) >= 0)
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
