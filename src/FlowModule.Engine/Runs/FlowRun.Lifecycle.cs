using FlowModule.Engine;

namespace FlowModule;

/// <content>How a run starts, is stopped, waits for what it started, and ends.</content>
public sealed partial class FlowRun : IRunDependent
{
    private CancellationTokenSource? _cancellation;
    private StopRequest? _stop;
    private Action? _interrupt;
    private int _interruptingThread;
    private bool _isEnding;
    private Action? _abandon;
    private Action? _whenIdle;
    private HashSet<IRunDependent>? _dependents;
    private StateTally _children;
    private ITimer? _timeout;
    private ITimer? _grace;

    /// <summary>How long a stopped run may take for its finally blocks, in seconds, before its worker is given up.</summary>
    internal const double GraceSeconds = 5;

    /// <summary>Called when the run is told to stop, so that what it waits for elsewhere lets it go. Set before the run starts.</summary>
    internal Action? Stopping { private get; set; }

    internal StopRequest? StopRequest => Volatile.Read(ref _stop);

    internal StateTally Children
    {
        get
        {
            lock (_gate)
            {
                return _children;
            }
        }
    }

    /// <summary>Enters Running and starts the run's clock. False when the run was stopped first.</summary>
    internal bool TryStart()
    {
        if (StopRequest is not null || !TryTransition(state => state.Type == StateType.Pending, new FlowState(this, StateType.Running, _time.GetLocalNow())))
        {
            return false;
        }

        ActiveRuns.Add(this);
        if (TimeoutSeconds is { } seconds)
        {
            var message = $"Flow run exceeded its timeout of {seconds} second(s).";
            ITimer timer = _time.CreateTimer(
                run => ((FlowRun)run!).Stop(new StopRequest(StopKind.TimedOut, message)), this, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
            lock (_gate)
            {
                _timeout = timer;
            }
        }

        return true;
    }

    /// <summary>
    /// Says how to interrupt what executes the run now, and how to give it up should it not end.
    /// False when the run has been stopped already: then it must not execute.
    /// </summary>
    internal bool TryEnter(Action interrupt, Action? abandon)
    {
        lock (_gate)
        {
            if (_stop is not null)
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
        lock (_gate)
        {
            if (_stop is not null || _isEnding)
            {
                return false;
            }

            Volatile.Write(ref _stop, request);
            if (request.Kind == StopKind.Cancelled)
            {
                TryTransition(_ => true, new FlowState(this, StateType.Cancelling, _time.GetLocalNow(), message: request.Message));
            }

            dependents = _dependents is null ? [] : [.. _dependents];
            _grace = _abandon is null ? null : _time.CreateTimer(
                static run => ((FlowRun)run!).GiveUp(), this, TimeSpan.FromSeconds(GraceSeconds), Timeout.InfiniteTimeSpan);
        }

        // The token fires before the interrupt: a .NET call that listens to it returns, and the interrupt finds the body free.
        // What listens to it is called on another thread, because it is the user's code and may block.
        if (Volatile.Read(ref _cancellation) is { } cancellation)
        {
            _ = CancelQuietlyAsync(cancellation);
        }

        var childRequest = new StopRequest(StopKind.Cancelled, $"Parent run '{Name}' was stopped.");
        foreach (IRunDependent dependent in dependents)
        {
            dependent.Stop(childRequest);
        }

        Stopping?.Invoke();
        Interrupt();
        return true;
    }

    void IRunDependent.Stop(StopRequest request) => Stop(request);

    /// <summary>Registers what the run has to wait for. False when the run is stopping and nothing new may start.</summary>
    internal bool TryAddDependent(IRunDependent dependent)
    {
        lock (_gate)
        {
            if (_stop is not null || _isEnding)
            {
                return false;
            }

            (_dependents ??= []).Add(dependent);
            return true;
        }
    }

    internal void RemoveDependent(IRunDependent dependent)
    {
        Action? idle = null;
        lock (_gate)
        {
            if (_dependents?.Remove(dependent) == true && _dependents.Count == 0)
            {
                (idle, _whenIdle) = (_whenIdle, null);
            }
        }

        idle?.Invoke();
    }

    /// <summary>Counts the end of a child for the final-state rule.</summary>
    internal void CountChild(FlowState state)
    {
        lock (_gate)
        {
            _children.Add(state);
        }
    }

    /// <summary>Calls <paramref name="action"/> once nothing is left that the run has to wait for: now, or on the thread that ends the last of it.</summary>
    internal void WhenIdle(Action action)
    {
        lock (_gate)
        {
            if (_dependents is { Count: > 0 })
            {
                _whenIdle = action;
                return;
            }
        }

        action();
    }

    /// <summary>Ends the run by the final-state rule. Null when it has ended already (it was given up).</summary>
    /// <param name="outcome">What the body came to.</param>
    /// <param name="describeError">Makes the host's error object for a run that did not complete.</param>
    internal FlowState? End(RunOutcome outcome, Func<FlowRun, FinalStateRule.Verdict, object?> describeError)
    {
        int counted = Flow.FailOnError ? ErrorCount : 0;
        ITimer? timeout, grace;
        FinalStateRule.Verdict verdict;
        lock (_gate)
        {
            if (_isEnding)
            {
                return null;
            }

            _isEnding = true;
            verdict = FinalStateRule.Decide(outcome, _stop, _children, counted);
            (timeout, _timeout) = (_timeout, null);
            (grace, _grace) = (_grace, null);
            _interrupt = _abandon = Stopping = null;
        }

        // The verdict stands; the host words the error outside the lock, because what it calls is its own business.
        var final = new FlowState(
            this, verdict.Type, _time.GetLocalNow(), verdict.Name, verdict.Message, verdict.Result,
            verdict.Type == StateType.Completed ? null : DescribeOrKeep(verdict, describeError));
        TryTransition(_ => true, final);
        timeout?.Dispose();
        grace?.Dispose();
        ActiveRuns.Remove(this);
        return final;
    }

    private object? DescribeOrKeep(in FinalStateRule.Verdict verdict, Func<FlowRun, FinalStateRule.Verdict, object?> describeError)
    {
        try
        {
            return describeError(this, verdict);
        }
        catch (Exception)
        {
            // A run that does not end for want of words would hang all that wait for it.
            return verdict.Error;
        }
    }

    private void Interrupt()
    {
        Action interrupt;
        lock (_gate)
        {
            if (_interrupt is null)
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

    private void GiveUp()
    {
        Action? abandon;
        lock (_gate)
        {
            (abandon, _abandon) = (_abandon, null);
        }

        abandon?.Invoke();
    }

    private CancellationToken GetCancellationToken()
    {
        if (Volatile.Read(ref _cancellation) is null)
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
            }
        }

        return _cancellation!.Token;
    }

    /// <summary>What listens to the token may throw. The run is being stopped: there is nothing left to tell it.</summary>
    private static async Task CancelQuietlyAsync(CancellationTokenSource cancellation) =>
        await cancellation.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
