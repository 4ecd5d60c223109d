namespace FlowModule.Engine.Caching;

/// <summary>
/// Has a cache look for results of other processes: when the history changes, and from time to time. Only while a caller waits here for one. Used
/// under the cache's lock.
/// </summary>
/// <param name="stored">The results that processes share.</param>
/// <param name="time">The clock.</param>
/// <param name="look">Looks. Its argument says whether the history has changed. Called without the lock.</param>
internal sealed class ResultWatch(IResultStore stored, TimeProvider time, Action<bool> look)
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(1);

    private IDisposable? _changes;
    private ITimer? _timer;
    private bool _timerIsSet;
    private long? _checkedAt;

    internal void Start()
    {
        _changes ??= stored.Watch(() => look(true));
        if (!_timerIsSet)
        {
            _timerIsSet = true;
            _timer ??= time.CreateTimer(_ => look(false), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(CheckEvery, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The timer has fired.</summary>
    internal void TimerFired() => _timerIsSet = false;

    /// <summary>Whether it is time to check that the processes that compute results are alive. True once for each interval.</summary>
    internal bool TakeCheck()
    {
        bool isTime = _checkedAt is not { } at || time.GetElapsedTime(at) >= CheckEvery;
        _checkedAt = isTime ? time.GetTimestamp() : _checkedAt;
        return isTime;
    }

    /// <summary>Changes of the history are no longer watched.</summary>
    internal void Stop()
    {
        _changes?.Dispose();
        _changes = null;
    }
}
