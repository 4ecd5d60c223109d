using FlowModule.Engine.Runs;

namespace FlowModule;

/// <content>How a run is told to stop, and how what executes it is interrupted.</content>
public sealed partial class FlowRun : IRunDependent
{
    private CancellationTokenSource? _cancellation;
    private StopRequest? _stop;
    private Action? _interrupt;
    private int _interruptingThread;
    private Action? _abandon;

    /// <summary>How long a stopped run may take for its finally blocks, in seconds, before its worker is given up.</summary>
    internal const double GraceSeconds = 5;

    /// <summary>Called when the run is told to stop, so that what it waits for elsewhere lets it go. Set before the run starts.</summary>
    internal Action? Stopping { private get; set; }

    internal StopRequest? StopRequest => Volatile.Read(ref _stop);

    /// <summary>
    /// Says how to interrupt what executes the run now, and how to give it up should it not end.
    /// False when the run has been stopped already: then it must not execute.
    /// </summary>
    internal bool TryEnter(Action interrupt, Action? abandon)
    {
        lock (_gate)
        {
            if (_stop is not null || _isEnding)
            {
                return false;
            }

            _interrupt = interrupt;
            _abandon = abandon;
            return true;
        }
    }

    /// <summary>Nothing executes the run any more. After this no interrupt is raised: one that is on its way is waited for.</summary>
    internal void Leave()
    {
        lock (_gate)
        {
            _interrupt = null;
            _abandon = null;
            while (_interruptingThread != 0 && _interruptingThread != Environment.CurrentManagedThreadId)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Tells the run to stop, and what it has started with it. Returns at once; false when it has ended or was told before.</summary>
    internal bool Stop(StopRequest request)
    {
        IRunDependent[] dependents;
        CancellationTokenSource? cancellation;
        int attempt;
        lock (_gate)
        {
            if (_stop is not null || _isEnding || (request.Attempt != 0 && request.Attempt != Attempt))
            {
                return false;
            }

            Volatile.Write(ref _stop, request);
            if (request.Kind == StopKind.Cancelled)
            {
                TryTransition(_ => true, new FlowState(this, StateType.Cancelling, _time.GetLocalNow(), message: request.Message));
            }

            // What is stopped is this attempt: by the time that the rest of this is done, the next one may have begun.
            int stopped = attempt = Attempt;
            cancellation = _cancellation;
            dependents = _dependents is null ? [] : [.. _dependents];
            _grace = _abandon is null ? null : _time.CreateTimer(
                _ => GiveUp(stopped), state: null, TimeSpan.FromSeconds(GraceSeconds), Timeout.InfiniteTimeSpan);
        }

        // The token fires before the interrupt: a .NET call that listens to it returns, and the interrupt finds the body free.
        // What listens to it is called on another thread, because it is the user's code and may block.
        if (cancellation is not null)
        {
            _ = CancelQuietlyAsync(cancellation);
        }

        var childRequest = new StopRequest(
            StopKind.Cancelled, $"Parent run '{Name}' was {(request.Kind == StopKind.Suspended ? "suspended" : "stopped")}.")
        { Interruption = request.Interruption };
        foreach (IRunDependent dependent in dependents)
        {
            dependent.Stop(childRequest);
        }

        Stopping?.Invoke();
        Interrupt(attempt);
        return true;
    }

    void IRunDependent.Stop(StopRequest request) => Stop(request);

    private void Interrupt(int attempt)
    {
        Action interrupt;
        lock (_gate)
        {
            if (_interrupt is null || Attempt != attempt)
            {
                return;
            }

            interrupt = _interrupt;
            _interruptingThread = Environment.CurrentManagedThreadId;
        }

        try
        {
            interrupt();
        }
        finally
        {
            lock (_gate)
            {
                _interruptingThread = 0;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void GiveUp(int attempt)
    {
        Action? abandon = null;
        lock (_gate)
        {
            if (Attempt == attempt)
            {
                (abandon, _abandon) = (_abandon, null);
            }
        }

        abandon?.Invoke();
    }

    private CancellationToken GetCancellationToken()
    {
        lock (_gate)
        {
            if (_cancellation is null)
            {
                var source = new CancellationTokenSource();
                Volatile.Write(ref _cancellation, source);
                if (_stop is not null)
                {
                    source.Cancel();
                }
            }

            return _cancellation.Token;
        }
    }

    /// <summary>What listens to the token may throw. The run is being stopped: there is nothing left to tell it.</summary>
    private static async Task CancelQuietlyAsync(CancellationTokenSource cancellation) =>
        await cancellation.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
