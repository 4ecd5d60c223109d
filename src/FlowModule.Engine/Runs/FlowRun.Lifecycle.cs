using FlowModule.Engine.Retries;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;

namespace FlowModule;

/// <content>How a run goes from state to state: its start, its attempts, its end.</content>
public sealed partial class FlowRun
{
    private bool _hasBegun;
    private bool _isEnding;
    private ITimer? _timeout;
    private ITimer? _grace;

    /// <summary>Takes the run from state to state; null until an executor has the run.</summary>
    internal RunDriver? Driver { get; set; }

    /// <summary>Enters Running and starts the attempt's clock. False when the run was stopped first.</summary>
    internal bool TryStart()
    {
        string? name = Attempt > FirstAttempt ? StateNames.Retrying : FirstAttempt > 1 ? StateNames.Resuming : null;
        Begin();
        EnterSchedule();

        // Before its state can be read in the history: who finds it there finds it here too.
        ActiveRuns.Add(this);
        if (StopRequest is not null
            || !TryTransition(state => state.Type is StateType.Pending or StateType.Scheduled, new FlowState(this, StateType.Running, _time.GetLocalNow(), name)))
        {
            return false;
        }

        // A timer does not wait longer than that, and neither does anyone.
        if (TimeoutSeconds is { } seconds && seconds < RetryDelay.Longest.TotalSeconds)
        {
            string kind = Kind == RunKind.Task ? "Task" : "Flow";
            var request = new StopRequest(StopKind.TimedOut, $"{kind} run exceeded its timeout of {seconds} second(s).") { Attempt = Attempt };
            ITimer timer = _time.CreateTimer(_ => Stop(request), state: null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
            lock (_gate)
            {
                _timeout = timer;
            }
        }

        return true;
    }

    /// <summary>Says in its state that the run waits for something before its body can start.</summary>
    internal void Await(string name, string message)
    {
        // From now on a person can find the run and stop it.
        ActiveRuns.Add(this);
        Begin();
        EnterSchedule();
        TryTransition(
            state => state.Type is StateType.Pending or StateType.Scheduled && state.Name != name,
            new FlowState(this, StateType.Scheduled, _time.GetLocalNow(), name, message));
    }

    private void Begin()
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            Listeners.Began(this);
        }
    }

    /// <summary>A run that a schedule has started says so in its first state.</summary>
    private void EnterSchedule()
    {
        if (Instance is { } instance && StopRequest is null)
        {
            string? name = instance.IsLate ? StateNames.Late : null;
            TryTransition(static state => state.Type == StateType.Pending, new FlowState(this, StateType.Scheduled, _time.GetLocalNow(), name) { ScheduledTime = instance.Time });
        }
    }

    /// <summary>What the rules say of an outcome now. It is not the run's end yet: a stop may still come.</summary>
    internal FinalStateRule.Verdict Judge(RunOutcome outcome)
    {
        int counted = Flow.FailOnError ? ErrorCount : 0;
        lock (_gate)
        {
            return FinalStateRule.Decide(outcome, _stop, _children, counted);
        }
    }

    /// <summary>
    /// Goes back to wait for the next attempt, as if the last had not been, but for its states. False when the run was cancelled
    /// meanwhile: then it ends.
    /// </summary>
    internal bool TryAwaitRetry(string message, TimeSpan delay)
    {
        ITimer? timeout, grace;
        lock (_gate)
        {
            if (_isEnding || _stop is { Kind: StopKind.Cancelled or StopKind.Suspended })
            {
                return false;
            }

            DateTimeOffset now = _time.GetLocalNow();
            var state = new FlowState(this, StateType.Scheduled, now, StateNames.AwaitingRetry, message) { ScheduledTime = now + delay };
            TryTransition(static _ => true, state);
            Attempt++;
            (timeout, _timeout) = (_timeout, null);
            (grace, _grace) = (_grace, null);
            Volatile.Write(ref _stop, null);
            Volatile.Write(ref _cancellation, null);
            _interrupt = _abandon = null;
            _dependents = null;
            _whenIdle = null;
            _children = default;
            _errorCount = 0;
            TaskNumbers = null;
            _inputs = 0;
            Ledger?.NextAttempt();
        }

        timeout?.Dispose();
        grace?.Dispose();
        return true;
    }

    /// <summary>Ends the run by the final-state rule. Null when it has ended already (it was given up).</summary>
    /// <param name="outcome">What the body came to.</param>
    /// <param name="describeError">Makes the host's error object for a run that did not complete.</param>
    internal FlowState? End(RunOutcome outcome, Func<FlowRun, FinalStateRule.Verdict, object?> describeError)
    {
        FinalStateRule.Verdict verdict;
        lock (_gate)
        {
            if (_isEnding)
            {
                return null;
            }

            verdict = Judge(outcome);
            _isEnding = true;
        }

        // The verdict stands; the host words the error outside the lock, because what it calls is its own business.
        return Close(new FlowState(
            this, verdict.Type, _time.GetLocalNow(), verdict.Name, verdict.Message, verdict.Result,
            verdict.Type is StateType.Completed or StateType.Paused ? null : DescribeOrKeep(verdict, describeError)));
    }

    /// <summary>Ends the run with the result of an earlier one. Null when it was stopped first.</summary>
    internal FlowState? EndCached(object? result, string message)
    {
        lock (_gate)
        {
            if (_isEnding || _stop is not null)
            {
                return null;
            }

            _isEnding = true;
        }

        return Close(new FlowState(this, StateType.Completed, _time.GetLocalNow(), StateNames.Cached, message, result));
    }

    /// <summary>Leaves the run in Pending for good: what it depends on did not complete. Null when it was stopped first.</summary>
    internal FlowState? EndNotReady(string message, object? error)
    {
        lock (_gate)
        {
            if (_isEnding || _stop is not null)
            {
                return null;
            }

            _isEnding = true;
        }

        return Close(new FlowState(this, StateType.Pending, _time.GetLocalNow(), StateNames.NotReady, message, error: error));
    }

    private FlowState Close(FlowState final)
    {
        ITimer? timeout, grace;

        Begin();
        Listeners.Ending(this, final);
        lock (_gate)
        {
            (timeout, _timeout) = (_timeout, null);
            (grace, _grace) = (_grace, null);
            _interrupt = _abandon = Stopping = null;
            TryTransition(static _ => true, final, isOver: true);
        }

        timeout?.Dispose();
        grace?.Dispose();
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
}
