using System.Diagnostics.CodeAnalysis;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Engine.Pool;

/// <summary>
/// A lease that this process serves. It is given back between two runs: when others wait and it has been had for a while, when no run came for a while, when
/// this process drains, or when the caller is gone.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source of cancellation has neither a timer nor a handle, and may be cancelled while the lease is given up.")]
internal sealed class ServedLease
{
    /// <summary>How long a lease is kept from its first run on, if others wait: what comes before is paid for each lease.</summary>
    internal static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(2);

    /// <summary>How long it is kept without a run.</summary>
    internal static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(1);

    /// <summary>How long it is kept before its first run: the executing process opens its session meanwhile, which takes long on a busy machine.</summary>
    internal static readonly TimeSpan FirstRunWithin = TimeSpan.FromSeconds(60);

    /// <summary>How many runs it is kept for: what they have said is in the database until it ends.</summary>
    internal const int MostRuns = 5000;

    private readonly TimeProvider _time;
    private readonly Func<bool> _takeTurn;
    private readonly object _gate = new();
    private readonly CancellationTokenSource _ended = new();
    private long? _firstRunAt;
    private long _idleSince;
    private int _begun;
    private Guid? _run;
    private bool _isGivenBack;
    private bool _isLast;
    private bool _isWanted;

    /// <param name="pipe">The worker's end of the lease.</param>
    /// <param name="time">The clock.</param>
    /// <param name="takeTurn">Returns whether it is this lease whose place goes to those who wait. It waits for nothing.</param>
    internal ServedLease(LeasePipe pipe, TimeProvider time, Func<bool> takeTurn)
    {
        Pipe = pipe;
        _time = time;
        _takeTurn = takeTurn;
        _idleSince = time.GetTimestamp();
        Ended = _ended.Token;
    }

    internal LeasePipe Pipe { get; }

    /// <summary>Cancelled when the lease is over: what still executes is stopped.</summary>
    internal CancellationToken Ended { get; }

    /// <summary>The run that is executed now.</summary>
    internal Guid? Run
    {
        get
        {
            lock (_gate)
            {
                return _run;
            }
        }
    }

    /// <summary>Called before a run is passed on to the executing process. False if the lease has been given back: then the run must not begin.</summary>
    internal bool TryBeginRun(Guid run)
    {
        lock (_gate)
        {
            if (!_isGivenBack && !_isLast)
            {
                _firstRunAt ??= _time.GetTimestamp();
                _run = run;
                _begun++;
                return true;
            }
        }

        GiveBackIf(isDraining: true);
        return false;
    }

    /// <summary>No run begins any more: the lease is given back, at the latest when the one that executes has ended.</summary>
    internal void Finish()
    {
        lock (_gate)
        {
            _isLast = true;
        }

        GiveBackIf(isDraining: true);
    }

    /// <summary>How many runs have begun.</summary>
    internal int Begun
    {
        get
        {
            lock (_gate)
            {
                return _begun;
            }
        }
    }

    /// <summary>Called when the end of a run has been passed on. The next one may follow at once, so this is the moment to give the place to others.</summary>
    /// <param name="begun">How many had begun before its end was passed on: the next one may have begun since.</param>
    internal void EndRun(int begun)
    {
        bool isLast;
        lock (_gate)
        {
            if (begun != _begun)
            {
                return;
            }

            _run = null;
            _idleSince = _time.GetTimestamp();
            isLast = _isLast;
        }

        GiveBackIf(isDraining: isLast);
    }

    /// <summary>Gives the lease back if it is time. Called from time to time.</summary>
    /// <param name="isWanted">Whether other leases wait for this place.</param>
    /// <param name="isDraining">Whether this process takes no more.</param>
    internal void Look(bool isWanted, bool isDraining)
    {
        if (Pipe.IsEnded)
        {
            End();
            return;
        }

        lock (_gate)
        {
            _isWanted = isWanted;
        }

        GiveBackIf(isDraining);
    }

    /// <summary>Ends it now, whatever is executed. Waits for nothing.</summary>
    internal void End()
    {
        Pipe.End(loss: null);
        _ = _ended.CancelAsync();
    }

    private void GiveBackIf(bool isDraining)
    {
        if (TryGiveBack(isDraining))
        {
            Pipe.TrySend(LeaseFrameKind.Closed, []);
            End();
        }
    }

    private bool TryGiveBack(bool isDraining)
    {
        lock (_gate)
        {
            if (_run is not null || _isGivenBack)
            {
                return false;
            }

            return _isGivenBack = isDraining || Pipe.IsOtherGone || _begun >= MostRuns || _time.GetElapsedTime(_idleSince) >= (_begun == 0 ? FirstRunWithin : IdleFor)
                || (_isWanted && _firstRunAt is { } first && _time.GetElapsedTime(first) >= KeptFor && _takeTurn());
        }
    }
}
