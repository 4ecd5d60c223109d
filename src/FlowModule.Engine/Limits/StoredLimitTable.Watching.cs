using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Limits;

/// <content>Polls for changes by other processes, but only while a claim waits here.</content>
internal sealed partial class StoredLimitTable
{
    /// <summary>How often the table looks for dead processes with claims.</summary>
    internal static readonly TimeSpan BuryEvery = TimeSpan.FromSeconds(1);

    private ITimer? _timer;
    private IDisposable? _changes;

    // Times are relative to the creation of the table.
    private readonly long _start = history.Time.GetTimestamp();
    private TimeSpan? _timerAt;
    private TimeSpan? _due;
    private TimeSpan _buryAt;

    private TimeSpan Elapsed => history.Time.GetElapsedTime(_start);

    private TimeSpan After(double seconds) => Elapsed + TimeSpan.FromSeconds(seconds);

    private static TimeSpan Earlier(TimeSpan? one, TimeSpan other) => one < other ? one.Value : other;

    /// <summary>Sets the timer while a claim waits or rows must be removed.</summary>
    private void Watch()
    {
        if (_waiting > 0)
        {
            _changes ??= history.Watch(() => Look(isChanged: true));
        }
        else
        {
            Unwatch();
        }

        if (_waiting == 0 && _leftBehind.Count == 0)
        {
            return;
        }

        TimeSpan now = Elapsed;
        TimeSpan next = _waiting == 0 ? now + BuryEvery : Earlier(_due, now + BuryEvery);
        if (_timerAt is { } at && at <= next)
        {
            return;
        }

        // Timers count in milliseconds. At least one, so that nothing fires within this call, under the lock.
        _timerAt = next;
        double milliseconds = Math.Max(1, Math.Ceiling((next - now).TotalMilliseconds));
        _timer ??= history.Time.CreateTimer(_ => Look(isChanged: false), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }

    private void Unwatch()
    {
        _changes?.Dispose();
        _changes = null;
    }

    private void Look(bool isChanged)
    {
        List<Action>? calls = null;
        lock (_gate)
        {
            _timerAt = isChanged ? _timerAt : null;
            if (history.IsClosed)
            {
                Unwatch();
                return;
            }

            if (_waiting > 0)
            {
                TimeSpan now = Elapsed;
                if (!TryLook(isChanged || now >= _buryAt || now >= _due, now, ref calls))
                {
                    FallBack(ref calls);
                }
            }
            else if (_leftBehind.Count > 0)
            {
                TryUse(ref calls, []);
            }

            Watch();
        }

        CallQueue.Run(calls);
    }

    private bool TryLook(bool isNeeded, TimeSpan now, ref List<Action>? calls)
    {
        if (!history.TryUse(store => isNeeded |= !ReferenceEquals(store, _store)))
        {
            return false;
        }

        if (!isNeeded)
        {
            return true;
        }

        IReadOnlyList<long> dead = [];
        if (now >= _buryAt)
        {
            _buryAt = now + BuryEvery;
            dead = FindDead();
        }

        _due = now >= _due ? null : _due;
        long waiting = _claims.First(entry => entry.Value.IsWaiting).Key;
        if (TryUse(ref calls, [new LimitCommand.Bury(dead), new LimitCommand.Look(), new LimitCommand.Check(waiting)]) is not { } answers)
        {
            return false;
        }

        if (!answers[^1].IsDone)
        {
            // Another process has declared this one dead: the next look restores its claims.
            _store = null;
        }

        return true;
    }

    /// <summary>Returns the dead processes with claims. Not within a transaction, because the check takes long.</summary>
    private IReadOnlyList<long> FindDead()
    {
        IReadOnlyList<long> dead = [];
        history.TryUse(store => dead = [.. store.Limits.Others().Where(process => !history.IsAlive(store, process))]);
        return dead;
    }
}
