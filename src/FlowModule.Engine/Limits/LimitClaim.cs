using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Limits;

/// <summary>One request of a <see cref="LimitTable"/>. Its table changes it, under the table's lock.</summary>
internal sealed class LimitClaim(LimitTable table, LimitQueue[] queues) : ILimitClaim
{
    private readonly LinkedListNode<LimitClaim>?[] _places = new LinkedListNode<LimitClaim>?[queues.Length];
    private volatile LimitClaimState _state;
    private Action? _granted;

    internal LimitQueue[] Queues => queues;

    internal LimitClaimState State => _state;

    public bool IsHeld => _state == LimitClaimState.Held;

    /// <summary>The slots belong to this process.</summary>
    public SharedClaim? Shared => null;

    public void GiveUp() => table.GiveUp(this);

    public void Lend() => table.Lend(this);

    public bool Reclaim(Action granted) => table.Reclaim(this, granted);

    /// <remarks>No other process has had them.</remarks>
    public bool Regain(Action granted) => Reclaim(granted);

    /// <summary>Joins the queues of all its limits, for the first time or to get lent slots back.</summary>
    internal void Wait(LimitClaimState state, Action granted)
    {
        _state = state;
        _granted = granted;
        for (int i = 0; i < queues.Length; i++)
        {
            _places[i] = queues[i].IsRemoved ? null : queues[i].Join(this, state == LimitClaimState.Reclaiming);
        }
    }

    /// <summary>Takes all its slots if it is next in all its queues and each has space.</summary>
    internal bool TryTake()
    {
        bool isReclaim = _state == LimitClaimState.Reclaiming;
        foreach (LimitQueue queue in queues)
        {
            if (!queue.Admits(this, isReclaim))
            {
                return false;
            }
        }

        Leave(LimitClaimState.Held);
        foreach (LimitQueue queue in queues)
        {
            queue.Take(isReclaim);
        }

        return true;
    }

    /// <summary>Leaves its queues, or releases its slots.</summary>
    internal void Leave(LimitClaimState next)
    {
        for (int i = 0; i < queues.Length; i++)
        {
            if (_state == LimitClaimState.Held)
            {
                queues[i].Release();
            }
            else if (_places[i] is { } place && !queues[i].IsRemoved)
            {
                queues[i].Leave(place);
            }

            _places[i] = null;
        }

        _state = next;
        if (next != LimitClaimState.Held)
        {
            _granted = null;
        }
    }

    /// <summary>The callback of a grant. It is taken now, because a later grant may follow before it is called.</summary>
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
