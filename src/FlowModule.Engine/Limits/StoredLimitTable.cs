using System.Collections.Concurrent;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Limits;

/// <summary>The limits of a history: all processes that use it share them, and they outlive each of these.</summary>
/// <remarks>
/// What is asked here is done in one transaction, which grants all that can be granted because of it, to whichever process. What others
/// grant to this one is looked for while somebody waits here, and only then. A history in trouble keeps nobody from running: then
/// the limits hold within this process, until the history can be used again.
/// </remarks>
internal sealed partial class StoredLimitTable(IStoreAccess history) : ILimitTable
{
    private readonly object _gate = new();

    /// <summary>The limits that were shown. Not under the lock: their numbers are looked up by whoever wants to see them.</summary>
    private readonly ConcurrentDictionary<string, FlowLimit> _limits = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public FlowLimit Set(string name, int? maxConcurrency, int? perSecond)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrency ?? 1, 1, nameof(maxConcurrency));
        ArgumentOutOfRangeException.ThrowIfLessThan(perSecond ?? 1, 1, nameof(perSecond));
        return Change(new LimitCommand.Set(name, maxConcurrency, perSecond)) is { Limit: { } row } ? Known(row) : _own.Set(name, maxConcurrency, perSecond);
    }

    /// <inheritdoc/>
    public FlowLimit? Find(string name)
    {
        LimitUse? use = null;
        return history.TryUse(store => use = store.Limits.Find(name))
            ? use is null ? null : Known(use.Limit)
            : FindOwn(name);
    }

    /// <inheritdoc/>
    public bool Remove(string name)
    {
        LimitAnswer? answer = Change(new LimitCommand.Remove(name));
        if (answer is not null)
        {
            _limits.TryRemove(name, out _);
        }

        return _own.Remove(name) || answer is { IsDone: true };
    }

    /// <inheritdoc/>
    public FlowLimit[] All()
    {
        IReadOnlyList<LimitRow> rows = [];
        return Change(new LimitCommand.Bury(FindDead())) is not null && history.TryUse(store => rows = store.Limits.All())
            ? [.. rows.Select(Known).OrderBy(limit => limit.Name, StringComparer.OrdinalIgnoreCase)]
            : _own.All();
    }

    /// <inheritdoc/>
    public LimitLease Request(IReadOnlyList<string> limits, Action granted)
    {
        var claim = new StoredClaim(this, [.. limits]);
        List<Action>? calls = null;
        bool isGranted;
        lock (_gate)
        {
            if (TryUse(ref calls, new LimitCommand.Request(claim.Limits)) is { } answer)
            {
                isGranted = answer.IsDone;
                Keep(claim, answer.Claim);
                Move(claim, isGranted ? LimitClaimState.Held : LimitClaimState.Waiting, granted);
                Watch();
            }
            else
            {
                isGranted = claim.FallBack(OwnFor(claim), granted);
            }
        }

        CallQueue.Run(calls);
        return new LimitLease(claim, isGranted);
    }

    /// <inheritdoc/>
    public LimitLease? Adopt(SharedClaim claim)
    {
        var adopted = new StoredClaim(this, claim.Limits);
        lock (_gate)
        {
            Keep(adopted, claim.Number);
            Move(adopted, LimitClaimState.Held);
        }

        return new LimitLease(adopted, isGranted: true);
    }

    internal void GiveUp(StoredClaim claim)
    {
        List<Action>? calls = null;
        lock (_gate)
        {
            if (claim.State == LimitClaimState.Over)
            {
                return;
            }

            long number = claim.Number;
            Forget(claim);
            Move(claim, LimitClaimState.Over);
            if (number != 0 && TryUse(ref calls, new LimitCommand.GiveUp(number)) is null)
            {
                _leftBehind.Add(number);
                Watch();
            }
        }

        claim.Own?.Dispose();
        CallQueue.Run(calls);
    }

    internal void Lend(StoredClaim claim)
    {
        List<Action>? calls = null;
        lock (_gate)
        {
            if (claim.Own is null && claim.State is LimitClaimState.Held or LimitClaimState.Reclaiming)
            {
                Move(claim, LimitClaimState.Lent);
                if (claim.Number != 0 && TryUse(ref calls, new LimitCommand.Lend(claim.Number)) is null)
                {
                    _leftBehind.Add(claim.Number);
                    Forget(claim);
                    claim.IsLost = true;
                    Watch();
                }
            }
        }

        claim.Own?.Lend();
        CallQueue.Run(calls);
    }

    internal bool Reclaim(StoredClaim claim, Action granted)
    {
        List<Action>? calls = null;
        bool isBack = true;
        lock (_gate)
        {
            if (claim.Own is null && claim.State == LimitClaimState.Lent)
            {
                isBack = ReclaimLent(claim, granted, ref calls);
                Watch();
            }
            else if (claim.IsWaiting)
            {
                throw new InvalidOperationException("The slots have already been requested.");
            }
            else if (claim is { Own: { } own, State: not LimitClaimState.Over })
            {
                isBack = own.Reclaim(granted);
            }
        }

        CallQueue.Run(calls);
        return isBack;
    }

    private bool ReclaimLent(StoredClaim claim, Action granted, ref List<Action>? calls)
    {
        var reclaim = new LimitAnswer(claim.Number);
        if (claim.Number != 0 || claim.IsLost)
        {
            LimitCommand command = claim.IsLost ? new LimitCommand.ReclaimLost(claim.Limits) : new LimitCommand.Reclaim(claim.Number);
            if (TryUse(ref calls, command) is not { } answer)
            {
                return claim.FallBack(LeaveBehind(claim), granted);
            }

            reclaim = answer;
        }

        claim.IsLost = false;
        Keep(claim, reclaim.Claim);
        Move(claim, reclaim.IsDone ? LimitClaimState.Held : LimitClaimState.Reclaiming, granted);
        return reclaim.IsDone;
    }

    private LimitAnswer? Change(LimitCommand command)
    {
        List<Action>? calls = null;
        LimitAnswer? answer;
        lock (_gate)
        {
            answer = TryUse(ref calls, command);
            Watch();
        }

        CallQueue.Run(calls);
        return answer;
    }

    private FlowLimit Known(LimitRow row)
    {
        FlowLimit limit = _limits.GetOrAdd(row.Name, static (name, table) => new FlowLimit(name, table.Refresh), this);
        (limit.MaxConcurrency, limit.PerSecond) = (row.MaxConcurrency, row.PerSecond);
        return limit;
    }

    /// <summary>Shows a limit as it is now.</summary>
    private void Refresh(FlowLimit limit) => history.TryUse(store =>
    {
        (limit.Active, limit.Waiting) = (0, 0);
        if (store.Limits.Find(limit.Name) is { } use)
        {
            (limit.MaxConcurrency, limit.PerSecond) = (use.Limit.MaxConcurrency, use.Limit.PerSecond);
            (limit.Active, limit.Waiting) = (use.Active, use.Waiting);
        }
    });
}
