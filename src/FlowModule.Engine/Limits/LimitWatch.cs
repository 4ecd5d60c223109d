using FlowModule.Engine.Storage;

namespace FlowModule.Engine.Limits;

/// <summary>
/// Says when a table of stored limits must look for what other processes have changed: only while a claim waits here, or rows must be removed.
/// Used under the table's lock.
/// </summary>
/// <param name="history">The history.</param>
/// <param name="look">Looks. Its argument says whether the history has changed. Called without the lock.</param>
internal sealed class LimitWatch(IStoreAccess history, Action<bool> look)
{
    /// <summary>How often the table looks for dead processes with claims.</summary>
    internal static readonly TimeSpan BuryEvery = TimeSpan.FromSeconds(1);

    private const double MicrosecondsPerSecond = 1_000_000;

    // Times are relative to the creation of the table.
    private readonly long _start = history.Time.GetTimestamp();
    private ITimer? _timer;
    private IDisposable? _changes;
    private TimeSpan? _timerAt;
    private TimeSpan? _due;
    private TimeSpan _buryAt;

    private TimeSpan Elapsed => history.Time.GetElapsedTime(_start);

    /// <summary>Whether time alone makes a look necessary: something is due, or dead processes must be looked for.</summary>
    internal bool IsDue => Elapsed is var now && (now >= _buryAt || now >= _due);

    /// <summary>A claim can be granted after this time, in microseconds, although nothing changes.</summary>
    internal void NoteDue(long microseconds) => _due = Earlier(_due, Elapsed + TimeSpan.FromSeconds(microseconds / MicrosecondsPerSecond));

    /// <summary>The table looks now.</summary>
    /// <returns>Whether it must look for dead processes too.</returns>
    internal bool Begin()
    {
        TimeSpan now = Elapsed;
        _due = now >= _due ? null : _due;
        if (now < _buryAt)
        {
            return false;
        }

        _buryAt = now + BuryEvery;
        return true;
    }

    /// <summary>The timer has fired.</summary>
    internal void TimerFired() => _timerAt = null;

    /// <summary>Sets the timer while a claim waits or rows must be removed.</summary>
    internal void Set(bool claimWaits, bool rowsMustGo)
    {
        if (claimWaits)
        {
            _changes ??= history.WatchShared(() => look(true));
        }
        else
        {
            Stop();
        }

        if (!claimWaits && !rowsMustGo)
        {
            return;
        }

        TimeSpan now = Elapsed;
        TimeSpan next = claimWaits ? Earlier(_due, now + BuryEvery) : now + BuryEvery;
        if (_timerAt is { } at && at <= next)
        {
            return;
        }

        // Timers count in milliseconds. At least one, so that nothing fires within this call, under the lock.
        _timerAt = next;
        double milliseconds = Math.Max(1, Math.Ceiling((next - now).TotalMilliseconds));
        _timer ??= history.Time.CreateTimer(_ => look(false), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Changes of the history are no longer watched.</summary>
    internal void Stop()
    {
        _changes?.Dispose();
        _changes = null;
    }

    private static TimeSpan Earlier(TimeSpan? one, TimeSpan other) => one < other ? one.Value : other;
}
