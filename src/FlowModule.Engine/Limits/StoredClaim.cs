using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Limits;

/// <summary>One request of a <see cref="StoredLimitTable"/>. Its table changes it, under the table's lock.</summary>
/// <param name="table">The table.</param>
/// <param name="limits">The names of its limits.</param>
internal sealed class StoredClaim(StoredLimitTable table, string[] limits) : ILimitClaim
{
    private volatile LimitClaimState _state = LimitClaimState.Over;
    private volatile LimitLease? _own;
    private Action? _granted;

    internal string[] Limits => limits;

    /// <summary>Its number in the history; 0 when the history has nothing of it.</summary>
    internal long Number { get; set; }

    /// <summary>Whether the history could not be told that the slots were lent: its rows of them go when it can.</summary>
    internal bool IsLost { get; set; }

    internal LimitClaimState State => _state;

    internal bool IsWaiting => _own is null && _state is LimitClaimState.Waiting or LimitClaimState.Reclaiming;

    /// <summary>The slots it has of this process alone, since the history was in trouble when it needed them; else null.</summary>
    internal LimitLease? Own => _own;

    public bool IsHeld => _own?.IsHeld ?? _state == LimitClaimState.Held;

    public SharedClaim? Shared => _own is null && Number != 0 && _state == LimitClaimState.Held ? new SharedClaim(Number, limits) : null;

    public void GiveUp() => table.GiveUp(this);

    public void Lend() => table.Lend(this);

    public bool Reclaim(Action granted) => table.Reclaim(this, granted);

    internal void Become(LimitClaimState state, Action? granted = null)
    {
        _state = state;
        _granted = granted;
    }

    /// <summary>From now on it has, or waits for, slots of this process alone. The one who asked is called as before. True when they are there at once.</summary>
    internal bool FallBack(LimitTable own, Action granted)
    {
        _own = own.Request(limits, granted);
        Number = 0;
        _granted = null;
        _state = LimitClaimState.Held;
        return _own.IsGranted;
    }

    /// <summary>The call that tells of a grant. It is taken now, because a later one may follow before it is made.</summary>
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
