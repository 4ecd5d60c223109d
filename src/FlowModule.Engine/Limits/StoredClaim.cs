using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Limits;

/// <summary>A request to a <see cref="StoredLimitTable"/>. Only the table changes it, under the table's lock.</summary>
/// <param name="table">The table.</param>
/// <param name="limits">The names of its limits.</param>
internal sealed class StoredClaim(StoredLimitTable table, string[] limits) : ILimitClaim
{
    private volatile LimitClaimState _state = LimitClaimState.Over;
    private volatile LimitLease? _own;
    private Action? _granted;

    internal string[] Limits => limits;

    /// <summary>Its number in the history; 0 if the history has no rows of it.</summary>
    internal long Number { get; set; }

    /// <summary>Its number, if it is that of another process, whose run this one executes. That process returns the slots: the run may begin again elsewhere with them.</summary>
    internal long Borrowed { get; init; }

    /// <summary>Whether lending its slots could not be stored: then its rows are removed as soon as possible.</summary>
    internal bool IsLost { get; set; }

    internal LimitClaimState State => _state;

    internal bool IsWaiting => _own is null && _state is LimitClaimState.Waiting or LimitClaimState.Reclaiming;

    /// <summary>Its slots within this process only, if the history was in trouble when it was requested; otherwise null.</summary>
    internal LimitLease? Own => _own;

    public bool IsHeld => _own?.IsHeld ?? _state == LimitClaimState.Held;

    public SharedClaim? Shared => _own is null && Number != 0 && _state == LimitClaimState.Held ? new SharedClaim(Number, limits) : null;

    public void GiveUp() => table.GiveUp(this);

    public void Lend() => table.Lend(this);

    public bool Reclaim(Action granted) => table.Reclaim(this, LimitClaimState.Lent, granted);

    public bool Regain(Action granted) => table.Reclaim(this, LimitClaimState.Held, granted);

    internal void Become(LimitClaimState state, Action? granted = null)
    {
        _state = state;
        _granted = granted;
    }

    /// <summary>Moves the claim to this process's own limits; the same callback applies. Returns true if it is granted at once.</summary>
    internal bool FallBack(LimitTable own, Action granted)
    {
        _own = own.Request(limits, granted);
        Number = 0;
        _granted = null;
        _state = LimitClaimState.Held;
        return _own.IsGranted;
    }

    /// <summary>Returns the callback for a grant. It is taken now, because it may be replaced before it is called.</summary>
    internal Action TakeCall()
    {
        Action granted = _granted!;
        _granted = null;
        return () =>
        {
            if (_state != LimitClaimState.Over)
            {
                granted();
            }
        };
    }
}
