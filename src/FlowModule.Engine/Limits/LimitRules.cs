using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Limits;

/// <summary>
/// The rules of limits that several processes share: what one transaction of a store does to its rows. It grants whatever can be granted because
/// of what has changed, whosever it is; the owner in another process finds word of it.
/// </summary>
/// <param name="rows">The rows.</param>
/// <param name="now">The time, in microseconds of the wall clock: the only clock that outlives processes.</param>
internal sealed class LimitRules(ILimitRows rows, long now)
{
    /// <summary>One second in the units of <c>now</c>.</summary>
    internal const long Second = 1_000_000;

    private readonly Stack<LimitRow> _changed = new();

    /// <summary>The granted claims of this process, in order.</summary>
    private readonly List<long> _granted = [];

    private long? _due;

    internal LimitOutcome Do(IReadOnlyList<LimitCommand> commands)
    {
        LimitAnswer[] answers = [.. commands.Select(Do)];
        return new LimitOutcome(answers, _granted, _due);
    }

    private LimitAnswer Do(LimitCommand command)
    {
        switch (command)
        {
            case LimitCommand.Set set:
                return new LimitAnswer(Limit: Set(set.Name, set.MaxConcurrency, set.PerSecond));
            case LimitCommand.Remove remove:
                return new LimitAnswer(IsDone: Remove(remove.Name));
            case LimitCommand.Request request:
                return Request(request.Limits);
            case LimitCommand.Reclaim reclaim:
                return new LimitAnswer(reclaim.Claim, Reclaim(reclaim.Claim));
            case LimitCommand.ReclaimLost reclaim:
                return Reclaim(reclaim.Limits);
            case LimitCommand.Regain regain:
                return Regain(regain.Claim, regain.Limits);
            case LimitCommand.Lend lend:
                Lend(lend.Claim);
                return new LimitAnswer(lend.Claim);
            case LimitCommand.GiveUp giveUp:
                GiveUp(giveUp.Claim);
                return new LimitAnswer(giveUp.Claim);
            case LimitCommand.Bury bury:
                Bury(bury.Processes);
                return new LimitAnswer();
            case LimitCommand.Look:
                Look();
                return new LimitAnswer();
            case LimitCommand.Keep keep:
                return new LimitAnswer(Keep(keep.Claim, keep.State, keep.Limits));
            case LimitCommand.Check check:
                return new LimitAnswer(check.Claim, rows.Claim(check.Claim) is not null);
            default:
                throw new ArgumentException($"{command.GetType()} is no command for limits.", nameof(command));
        }
    }

    private LimitRow Set(string name, int? maxConcurrency, int? perSecond)
    {
        LimitRow limit = rows.Set(name, maxConcurrency, perSecond);
        if (perSecond is null)
        {
            rows.ForgetGrants(limit.Id);
        }

        Settle(limit);
        return limit;
    }

    private bool Remove(string name)
    {
        if (rows.Find(name) is not { } limit)
        {
            return false;
        }

        foreach (long waiting in rows.Remove(limit.Id))
        {
            // A claim that also waits for other limits continues to wait for them. It may have been removed together with an earlier one.
            if (rows.Claim(waiting) is { State: LimitClaimState.Waiting or LimitClaimState.Reclaiming } claim)
            {
                if (TryGrant(claim))
                {
                    Settle([.. claim.Limits]);
                }
            }
        }

        return true;
    }

    /// <summary>Requests slots. Returns the claim and whether it was granted. If none of the limits exists, it is granted with the number 0.</summary>
    private LimitAnswer Request(IReadOnlyList<string> names)
    {
        LimitRow[] limits = Find(names);
        if (limits.Length == 0)
        {
            return new LimitAnswer();
        }

        // A new claim comes last: it is granted at once only if no claim waits, and it never makes an earlier claim grantable.
        if (!Array.TrueForAll(limits, limit => rows.Head(limit.Id) is null && HasRoom(limit, isReclaim: false)))
        {
            return new LimitAnswer(rows.Add(LimitClaimState.Waiting, limits), IsDone: false);
        }

        long claim = rows.Add(LimitClaimState.Held, limits);
        CountStart(limits);
        return new LimitAnswer(claim);
    }

    /// <summary>Requests slots again whose rows are gone. Returns the new claim and whether it was granted.</summary>
    private LimitAnswer Reclaim(IReadOnlyList<string> names)
    {
        LimitRow[] limits = Find(names);
        if (limits.Length == 0)
        {
            return new LimitAnswer();
        }

        long claim = rows.Add(LimitClaimState.Reclaiming, limits);
        return new LimitAnswer(claim, TryTake(rows.Claim(claim)!));
    }

    private long Keep(long claim, LimitClaimState state, IReadOnlyList<string> names)
    {
        if (rows.Claim(claim) is not null)
        {
            rows.Own(claim);
            return claim;
        }

        LimitRow[] limits = Find(names);
        return limits.Length == 0 ? 0 : rows.Add(state, limits);
    }

    /// <summary>Requests lent slots back. Returns true if they are granted at once.</summary>
    private bool Reclaim(long claim)
    {
        rows.Own(claim);
        rows.Change(claim, LimitClaimState.Reclaiming);
        return rows.Claim(claim) is not { } row || TryTake(row);
    }

    /// <summary>Slots that are still held pass to a new claim at once, so that nobody comes between. For others it waits.</summary>
    private LimitAnswer Regain(long claim, IReadOnlyList<string> names)
    {
        if (rows.Claim(claim) is { State: LimitClaimState.Held } held)
        {
            rows.Delete(claim);
            return new LimitAnswer(rows.Add(LimitClaimState.Held, held.Limits));
        }

        GiveUp(claim);
        return Reclaim(names);
    }

    /// <summary>Lends a claim's slots to others; this process may request them back.</summary>
    private void Lend(long claim)
    {
        if (rows.Claim(claim) is { } row)
        {
            rows.Own(claim);
            rows.Change(claim, LimitClaimState.Lent);
            Settle([.. row.Limits]);
        }
    }

    private void GiveUp(long claim)
    {
        if (rows.Claim(claim) is { } row)
        {
            rows.Delete(claim);
            Settle([.. row.Limits]);
        }
    }

    /// <summary>Removes the claims of dead processes.</summary>
    private void Bury(IReadOnlyList<long> processes)
    {
        // All claims are collected first; otherwise one of them would be granted what another releases.
        long[] claims = [.. processes.SelectMany(rows.ClaimsOf)];
        LimitRow[] changed = [.. claims.SelectMany(claim => rows.Claim(claim)!.Limits).DistinctBy(limit => limit.Id)];
        Array.ForEach(claims, rows.Delete);
        Settle(changed);
    }

    /// <summary>Looks for claims that others have granted, and for claims that can be granted because time has passed.</summary>
    private void Look()
    {
        _granted.AddRange(rows.TakeNotices());
        Settle([.. rows.All()]);
    }

    private LimitRow[] Find(IReadOnlyList<string> names) => [.. names.Select(rows.Find).OfType<LimitRow>().DistinctBy(limit => limit.Id)];

    private void Settle(params LimitRow[] changed)
    {
        Array.ForEach(changed, _changed.Push);
        while (_changed.TryPop(out LimitRow? limit))
        {
            while (rows.Head(limit.Id) is { } head && TryGrant(rows.Claim(head)!))
            {
            }
        }
    }

    private bool TryGrant(LimitClaimRow claim)
    {
        if (!TryTake(claim))
        {
            return false;
        }

        if (claim.IsOurs)
        {
            _granted.Add(claim.Id);
        }
        else
        {
            rows.Notify(claim.Id);
        }

        if (claim.Limits.Count > 1)
        {
            foreach (LimitRow limit in claim.Limits)
            {
                _changed.Push(limit);
            }
        }

        return true;
    }

    /// <summary>Grants a claim all its slots if it is first in all its queues and each limit has room.</summary>
    private bool TryTake(LimitClaimRow claim)
    {
        bool isReclaim = claim.State == LimitClaimState.Reclaiming;
        foreach (LimitRow limit in claim.Limits)
        {
            if (rows.Head(limit.Id) != claim.Id || !HasRoom(limit, isReclaim))
            {
                return false;
            }
        }

        rows.Change(claim.Id, LimitClaimState.Held);
        if (!isReclaim)
        {
            CountStart(claim.Limits);
        }

        return true;
    }

    private bool HasRoom(LimitRow limit, bool isReclaim)
    {
        if (limit.MaxConcurrency is { } most && !rows.HasRoom(limit.Id, most))
        {
            return false;
        }

        if (isReclaim || limit.PerSecond is not { } perSecond)
        {
            return true;
        }

        (int count, long first) = rows.Grants(limit.Id, now);
        if (count < perSecond)
        {
            return true;
        }

        _due = Math.Min(_due ?? long.MaxValue, first + Second - now);
        return false;
    }

    private void CountStart(IReadOnlyList<LimitRow> limits)
    {
        foreach (LimitRow limit in limits)
        {
            if (limit.PerSecond is not null)
            {
                rows.AddGrant(limit.Id, now);
            }
        }
    }
}
