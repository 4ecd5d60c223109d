using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Limits;

/// <summary>The limits of a history: all processes that use it share them, and they outlive each of these.</summary>
/// <remarks>
/// What is asked here is done in one transaction, which grants all that can be granted because of it, to whichever process. What others
/// grant to this one is looked for while somebody waits here, and only then. A history in trouble keeps nobody from running: then
/// the limits hold within this process, until the history can be used again.
/// </remarks>
internal sealed class StoredLimitTable : ILimitTable
{
    private readonly object _gate = new();
    private readonly IStoreAccess _history;
    private readonly KnownLimits _limits;
    private readonly LimitWatch _watch;
    private readonly StoredClaims _claims;

    internal StoredLimitTable(IStoreAccess history)
    {
        _history = history;
        _limits = new KnownLimits(history);
        _watch = new LimitWatch(history, Look);
        _claims = new StoredClaims(history, _limits, _watch.NoteDue);
    }

    /// <inheritdoc/>
    public FlowLimit Set(string name, int? maxConcurrency, int? perSecond)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrency ?? 1, 1, nameof(maxConcurrency));
        ArgumentOutOfRangeException.ThrowIfLessThan(perSecond ?? 1, 1, nameof(perSecond));
        return Change(new LimitCommand.Set(name, maxConcurrency, perSecond)) is { Limit: { } row } ? _limits.Show(row) : _limits.Own.Set(name, maxConcurrency, perSecond);
    }

    /// <inheritdoc/>
    public FlowLimit? Find(string name)
    {
        LimitUse? use = null;
        return _history.TryUse(store => use = store.Limits.Find(name))
            ? use is null ? null : _limits.Show(use.Limit)
            : _limits.FindOwn(name);
    }

    /// <inheritdoc/>
    public bool Remove(string name)
    {
        LimitAnswer? answer = Change(new LimitCommand.Remove(name));
        if (answer is not null)
        {
            _limits.Forget(name);
        }

        return _limits.Own.Remove(name) || answer is { IsDone: true };
    }

    /// <inheritdoc/>
    public FlowLimit[] All()
    {
        IReadOnlyList<LimitRow> rows = [];
        return Change(new LimitCommand.Bury(FindDead())) is not null && _history.TryUse(store => rows = store.Limits.All())
            ? [.. rows.Select(_limits.Show).OrderBy(limit => limit.Name, StringComparer.OrdinalIgnoreCase)]
            : _limits.Own.All();
    }

    /// <inheritdoc/>
    public LimitLease Request(IReadOnlyList<string> limits, Action granted)
    {
        var claim = new StoredClaim(this, [.. limits]);
        List<Action>? calls = null;
        bool isGranted;
        lock (_gate)
        {
            if (_claims.TryUse(ref calls, new LimitCommand.Request(claim.Limits)) is { } answer)
            {
                isGranted = answer.IsDone;
                _claims.Keep(claim, answer.Claim);
                _claims.Move(claim, isGranted ? LimitClaimState.Held : LimitClaimState.Waiting, granted);
                Watch();
            }
            else
            {
                isGranted = claim.FallBack(_limits.OwnFor(claim.Limits), granted);
            }
        }

        CallQueue.Run(calls);
        return new LimitLease(claim, isGranted);
    }

    /// <inheritdoc/>
    public LimitLease? Adopt(SharedClaim claim)
    {
        var adopted = new StoredClaim(this, claim.Limits) { Borrowed = claim.Number };
        lock (_gate)
        {
            _claims.Keep(adopted, claim.Number);
            _claims.Move(adopted, LimitClaimState.Held);
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
            _claims.Forget(claim);
            _claims.Move(claim, LimitClaimState.Over);
            if (number != 0 && number != claim.Borrowed && _claims.TryUse(ref calls, new LimitCommand.GiveUp(number)) is null)
            {
                _claims.RemoveLater(number);
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
                _claims.Move(claim, LimitClaimState.Lent);
                if (claim.Number != 0 && _claims.TryUse(ref calls, new LimitCommand.Lend(claim.Number)) is null)
                {
                    _claims.RemoveLater(claim.Number);
                    _claims.Forget(claim);
                    claim.IsLost = true;
                    Watch();
                }
            }
        }

        claim.Own?.Lend();
        CallQueue.Run(calls);
    }

    /// <summary>Gets slots back that this process has lent, or, if it holds them itself, those that another process has had.</summary>
    internal bool Reclaim(StoredClaim claim, LimitClaimState from, Action granted)
    {
        List<Action>? calls = null;
        bool isBack = true;
        lock (_gate)
        {
            if (claim.Own is null && (claim.State == LimitClaimState.Lent || (from == LimitClaimState.Held && claim is { State: LimitClaimState.Held, Number: not 0 })))
            {
                isBack = GetBack(claim, granted, ref calls);
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

    private bool GetBack(StoredClaim claim, Action granted, ref List<Action>? calls)
    {
        var reclaim = new LimitAnswer(claim.Number);
        if (claim.Number != 0 || claim.IsLost)
        {
            LimitCommand command = claim.IsLost ? new LimitCommand.ReclaimLost(claim.Limits)
                : claim.IsHeld ? new LimitCommand.Regain(claim.Number, claim.Limits)
                : new LimitCommand.Reclaim(claim.Number);
            if (_claims.TryUse(ref calls, command) is not { } answer)
            {
                return claim.FallBack(_claims.LeaveBehind(claim), granted);
            }

            reclaim = answer;
        }

        claim.IsLost = false;
        _claims.Forget(claim);
        _claims.Keep(claim, reclaim.Claim);
        _claims.Move(claim, reclaim.IsDone ? LimitClaimState.Held : LimitClaimState.Reclaiming, granted);
        return reclaim.IsDone;
    }

    private LimitAnswer? Change(LimitCommand command)
    {
        List<Action>? calls = null;
        LimitAnswer? answer;
        lock (_gate)
        {
            answer = _claims.TryUse(ref calls, command);
            Watch();
        }

        CallQueue.Run(calls);
        return answer;
    }

    private void Look(bool isChanged)
    {
        List<Action>? calls = null;
        lock (_gate)
        {
            if (!isChanged)
            {
                _watch.TimerFired();
            }

            if (_history.IsClosed)
            {
                _watch.Stop();
                return;
            }

            if (_claims.IsAnyWaiting)
            {
                if (!TryLook(isChanged, ref calls))
                {
                    _claims.FallBack(ref calls);
                }
            }
            else if (_claims.MustRemoveRows)
            {
                _claims.TryUse(ref calls, []);
            }

            Watch();
        }

        CallQueue.Run(calls);
    }

    /// <summary>Looks whether claims were granted or lost. False if the history is in trouble.</summary>
    private bool TryLook(bool isChanged, ref List<Action>? calls)
    {
        if (_claims.IsOutOfSync() is not { } isOutOfSync)
        {
            return false;
        }

        if (!isChanged && !isOutOfSync && !_watch.IsDue)
        {
            return true;
        }

        IReadOnlyList<long> dead = _watch.Begin() ? FindDead() : [];
        if (_claims.TryUse(ref calls, [new LimitCommand.Bury(dead), new LimitCommand.Look(), new LimitCommand.Check(_claims.FirstWaiting)]) is not { } answers)
        {
            return false;
        }

        if (!answers[^1].IsDone)
        {
            _claims.ExpectLoss();
        }

        return true;
    }

    /// <summary>Returns the dead processes with claims. Not within a transaction, because the check takes long.</summary>
    private IReadOnlyList<long> FindDead()
    {
        IReadOnlyList<long> dead = [];
        _history.TryUse(store => dead = [.. store.Limits.Others().Where(process => !_history.IsAlive(store, process))]);
        return dead;
    }

    /// <summary>Has the table look again while a claim waits or rows must be removed.</summary>
    private void Watch() => _watch.Set(_claims.IsAnyWaiting, _claims.MustRemoveRows);
}
