namespace FlowModule.Engine.Limits;

/// <summary>One limit: its slots, its recent grants, and its waiting requests. Not thread-safe: the table calls it under its lock.</summary>
internal sealed class LimitQueue(FlowLimit limit, TimeProvider time, Action<LimitQueue> wake)
{
    private readonly LinkedList<LimitClaim> _reclaims = new();
    private readonly LinkedList<LimitClaim> _requests = new();

    /// <summary>The times of the grants of the last second, oldest first.</summary>
    private readonly Queue<long> _grants = new();
    private ITimer? _timer;
    private bool _timerIsSet;

    internal FlowLimit Limit => limit;

    /// <summary>The limit was removed: it admits every request, and none waits for it.</summary>
    internal bool IsRemoved { get; private set; }

    /// <summary>The next request, or null.</summary>
    internal LimitClaim? Head => (_reclaims.First ?? _requests.First)?.Value;

    internal void Change(int? maxConcurrency, int? perSecond)
    {
        limit.MaxConcurrency = maxConcurrency;
        limit.PerSecond = perSecond;
        if (perSecond is null)
        {
            _grants.Clear();
        }
    }

    internal LinkedListNode<LimitClaim> Join(LimitClaim claim, bool isReclaim)
    {
        limit.Waiting++;
        return (isReclaim ? _reclaims : _requests).AddLast(claim);
    }

    internal void Leave(LinkedListNode<LimitClaim> place)
    {
        limit.Waiting--;
        place.List!.Remove(place);
    }

    /// <summary>Whether the claim is next and fits. If only time must pass, the table is woken then.</summary>
    internal bool Admits(LimitClaim claim, bool isReclaim)
    {
        if (IsRemoved)
        {
            return true;
        }

        if (Head != claim || limit.Active >= limit.MaxConcurrency)
        {
            return false;
        }

        if (isReclaim || limit.PerSecond is not { } perSecond)
        {
            return true;
        }

        long now = time.GetTimestamp();
        while (_grants.TryPeek(out long oldest) && now - oldest >= time.TimestampFrequency)
        {
            _grants.Dequeue();
        }

        if (_grants.Count < perSecond)
        {
            return true;
        }

        SetTimer(_grants.Peek() + time.TimestampFrequency - now);
        return false;
    }

    internal void Take(bool isReclaim)
    {
        if (IsRemoved)
        {
            return;
        }

        limit.Active++;
        if (!isReclaim && limit.PerSecond is not null)
        {
            _grants.Enqueue(time.GetTimestamp());
        }
    }

    internal void Release()
    {
        if (!IsRemoved)
        {
            limit.Active--;
        }
    }

    internal void TimerFired() => _timerIsSet = false;

    /// <summary>Forgets all holders and waiting requests, and returns the latter in order.</summary>
    internal LimitClaim[] Remove()
    {
        LimitClaim[] waiting = [.. _reclaims, .. _requests];
        IsRemoved = true;
        _reclaims.Clear();
        _requests.Clear();
        _grants.Clear();
        _timer?.Dispose();
        limit.Active = limit.Waiting = 0;
        return waiting;
    }

    private void SetTimer(long units)
    {
        if (_timerIsSet)
        {
            // It is already set for the end of the oldest grant's second, or earlier.
            return;
        }

        // Timers count in milliseconds, and a timer that fires early would have to be set again. At least one, because nothing may fire within
        // this call, under the table's lock.
        long milliseconds = ((units * 1000) + time.TimestampFrequency - 1) / time.TimestampFrequency;
        _timerIsSet = true;
        _timer ??= time.CreateTimer(_ => wake(this), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }
}
