using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Limits;

/// <summary>The limits of one process.</summary>
/// <remarks>
/// When a queue gets space or another head, only the head of that queue is examined. A grant in
/// turn changes the queues that it leaves. So the work for a grant does not depend on the number of waiting requests. There is always a
/// claim that is head of all its queues: the oldest of those that get lent slots back, otherwise the oldest of all.
/// </remarks>
internal sealed class LimitTable(TimeProvider time) : ILimitTable
{
    private readonly object _gate = new();
    private readonly Dictionary<string, LimitQueue> _queues = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The queues whose heads must be examined. Empty outside of the lock.</summary>
    private readonly Stack<LimitQueue> _changed = new();

    /// <inheritdoc/>
    public FlowLimit Set(string name, int? maxConcurrency, int? perSecond)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrency ?? 1, 1, nameof(maxConcurrency));
        ArgumentOutOfRangeException.ThrowIfLessThan(perSecond ?? 1, 1, nameof(perSecond));
        List<Action>? calls = null;
        LimitQueue? queue;
        lock (_gate)
        {
            if (!_queues.TryGetValue(name, out queue))
            {
                queue = new LimitQueue(new FlowLimit(name), time, Wake);
                _queues.Add(name, queue);
            }

            queue.Change(maxConcurrency, perSecond);
            _changed.Push(queue);
            Settle(ref calls);
        }

        CallQueue.Run(calls);
        return queue.Limit;
    }

    /// <inheritdoc/>
    public FlowLimit? Find(string name)
    {
        lock (_gate)
        {
            return _queues.GetValueOrDefault(name)?.Limit;
        }
    }

    /// <inheritdoc/>
    public bool Remove(string name)
    {
        List<Action>? calls = null;
        lock (_gate)
        {
            if (!_queues.Remove(name, out LimitQueue? queue))
            {
                return false;
            }

            foreach (LimitClaim claim in queue.Remove())
            {
                // A claim that also waits for other limits continues to wait for them. It may already be gone, together with one before it.
                if (claim.State is LimitClaimState.Waiting or LimitClaimState.Reclaiming)
                {
                    TryGrant(claim, ref calls);
                    Settle(ref calls);
                }
            }
        }

        CallQueue.Run(calls);
        return true;
    }

    /// <inheritdoc/>
    public FlowLimit[] All()
    {
        lock (_gate)
        {
            return [.. _queues.Values.Select(queue => queue.Limit).OrderBy(limit => limit.Name, StringComparer.OrdinalIgnoreCase)];
        }
    }

    /// <inheritdoc/>
    public LimitLease Request(IReadOnlyList<string> limits, Action granted)
    {
        lock (_gate)
        {
            LimitQueue[] queues = [.. limits.Select(name => _queues.GetValueOrDefault(name)).OfType<LimitQueue>().Distinct()];
            var claim = new LimitClaim(this, queues);
            claim.Wait(LimitClaimState.Waiting, granted);

            // It comes last, so it cannot release an earlier request.
            return new LimitLease(claim, claim.TryTake());
        }
    }

    /// <inheritdoc/>
    public LimitLease? Adopt(SharedClaim claim) => null;

    internal void GiveUp(LimitClaim claim) => Leave(claim, LimitClaimState.Over);

    internal void Lend(LimitClaim claim) => Leave(claim, LimitClaimState.Lent);

    internal bool Reclaim(LimitClaim claim, Action granted)
    {
        lock (_gate)
        {
            switch (claim.State)
            {
                case LimitClaimState.Lent:
                    claim.Wait(LimitClaimState.Reclaiming, granted);
                    return claim.TryTake();
                case LimitClaimState.Held or LimitClaimState.Over:
                    return true;
                default:
                    throw new InvalidOperationException("The slots have already been requested.");
            }
        }
    }

    private void Leave(LimitClaim claim, LimitClaimState next)
    {
        List<Action>? calls = null;
        lock (_gate)
        {
            if (claim.State == LimitClaimState.Over || (next == LimitClaimState.Lent && claim.State is LimitClaimState.Waiting or LimitClaimState.Lent))
            {
                return;
            }

            claim.Leave(next);
            Array.ForEach(claim.Queues, _changed.Push);
            Settle(ref calls);
        }

        CallQueue.Run(calls);
    }

    private void Wake(LimitQueue queue)
    {
        List<Action>? calls = null;
        lock (_gate)
        {
            queue.TimerFired();
            _changed.Push(queue);
            Settle(ref calls);
        }

        CallQueue.Run(calls);
    }

    /// <summary>Grants everything that can be granted because of the changes.</summary>
    private void Settle(ref List<Action>? calls)
    {
        while (_changed.TryPop(out LimitQueue? queue))
        {
            while (queue.Head is { } head && TryGrant(head, ref calls))
            {
            }
        }
    }

    private bool TryGrant(LimitClaim claim, ref List<Action>? calls)
    {
        if (!claim.TryTake())
        {
            return false;
        }

        CallQueue.Add(ref calls, claim.TakeCall());
        if (claim.Queues.Length > 1)
        {
            Array.ForEach(claim.Queues, _changed.Push);
        }

        return true;
    }
}
