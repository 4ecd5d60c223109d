using FlowModule.Engine.Retries;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs;

/// <summary>The verdict on an attempt, and the stop request that it considered. A later stop changes the verdict.</summary>
internal readonly record struct Judgement(FinalStateRule.Verdict Verdict, StopRequest? Stop);

/// <summary>How a run goes from state to state: its waits, its attempts, its end.</summary>
internal static class RunLifecycle
{
    /// <summary>Enters Running and starts the attempt's clock. Returns false if the run was stopped first.</summary>
    internal static bool TryStart(this FlowRun run)
    {
        RunAttempt attempt = run.CurrentAttempt;
        string? name = attempt.Number > run.FirstAttempt ? StateNames.Retrying : run.FirstAttempt > 1 ? StateNames.Resuming : null;
        run.Begin();
        run.EnterSchedule();

        // Added before its state is visible in the history: a process that finds it there must find it here too.
        ActiveRuns.Add(run);
        if (attempt.Stop is not null
            || !run.TryTransition(static state => state.Type is StateType.Pending or StateType.Scheduled, run.NewState(StateType.Running, name)))
        {
            return false;
        }

        // A timer does not wait longer than that, and neither does anyone.
        if (run.TimeoutSeconds is { } seconds && seconds < RetryDelay.Longest.TotalSeconds)
        {
            string kind = run.Kind == RunKind.Task ? "Task" : "Flow";
            attempt.StartClock(
                seconds, new StopRequest(StopKind.TimedOut, $"{kind} run exceeded its timeout of {seconds} second(s).") { Attempt = attempt.Number });
        }

        return true;
    }

    /// <summary>Enters a state that says what the run waits for before its body can start. Returns false if it is in that state, or has begun.</summary>
    internal static bool EnterWaiting(this FlowRun run, string name, string message)
    {
        // From now on a person can find the run and stop it.
        ActiveRuns.Add(run);
        run.Begin();
        run.EnterSchedule();
        return run.TryTransition(
            state => state.Type is StateType.Pending or StateType.Scheduled && state.Name != name, run.NewState(StateType.Scheduled, name, message));
    }

    /// <summary>Enters the state of waiting for a person. Returns false if the run is being stopped.</summary>
    internal static bool TryAwaitInput(this FlowRun run, string prompt) =>
        run.TryTransition(static state => state.Type == StateType.Running, run.NewState(StateType.Paused, StateNames.AwaitingInput, prompt));

    /// <summary>Ends the wait for a person. The body continues, unless the run is being stopped.</summary>
    internal static void GoOn(this FlowRun run) => run.TryTransition(static state => state.Type == StateType.Paused, run.NewState(StateType.Running));

    /// <summary>Records in the history that the run is rolled back, or that this failed. The run itself stays Completed.</summary>
    /// <param name="run">The run.</param>
    /// <param name="why">The reason.</param>
    /// <param name="hasFailed">Whether the rollback failed: this is noted after its begin.</param>
    internal static void NoteRolledBack(this FlowRun run, string why, bool hasFailed = false)
    {
        FlowState state = run.NewState(StateType.Completed, hasFailed ? StateNames.RollbackFailed : StateNames.RolledBack, why);
        lock (run.Gate)
        {
            run.Listeners.Entered(run, state, run.States.Length + (hasFailed ? 1 : 0), isOver: true);
        }
    }

    /// <summary>Adds to the message of the final state what has become known since. The run has ended as before, at the same time.</summary>
    internal static FlowState SayMore(this FlowRun run, FlowState final, string more)
    {
        string message = final.Message is { } said ? $"{said.TrimEnd('.')}. {more}" : more;
        var state = new FlowState(run, final.Type, final.Timestamp, final.Name, message, final.Result, final.Error);
        run.Listeners.Ending(run, state);
        run.TryTransition(static _ => true, state, isOver: true);
        return state;
    }

    /// <summary>Applies the rules to an outcome. This does not end the run, because a stop may still come.</summary>
    internal static Judgement Judge(this FlowRun run, RunOutcome outcome)
    {
        RunAttempt attempt = run.CurrentAttempt;
        lock (run.Gate)
        {
            return new Judgement(
                FinalStateRule.Decide(outcome, attempt.Stop, attempt.Children, run.Flow.FailOnError ? attempt.ErrorCount : 0), attempt.Stop);
        }
    }

    /// <summary>Waits for the next attempt; only the states of the last one stay. Returns false if the run was cancelled meanwhile and must end.</summary>
    internal static bool TryAwaitRetry(this FlowRun run, string message, TimeSpan delay)
    {
        RunAttempt attempt = run.CurrentAttempt;
        lock (run.Gate)
        {
            if (attempt.IsClosed || attempt.Stop is { Kind: StopKind.Cancelled or StopKind.Suspended })
            {
                return false;
            }

            DateTimeOffset now = run.Time.GetLocalNow();
            run.TryTransition(static _ => true, new FlowState(run, StateType.Scheduled, now, StateNames.AwaitingRetry, message) { ScheduledTime = now + delay });
            run.NextAttempt();
            run.Ledger?.NextAttempt();
        }

        attempt.StopClocks();
        return true;
    }

    /// <summary>Ends the run by the final-state rule. Returns null if it has ended already, because it was given up.</summary>
    /// <param name="run">The run.</param>
    /// <param name="outcome">What the body came to.</param>
    /// <param name="judgement">What the rules said of it. It is judged again only if a stop has come since.</param>
    /// <param name="describeError">Makes the host's error object for a run that did not complete.</param>
    internal static FlowState? End(
        this FlowRun run, RunOutcome outcome, Judgement judgement, Func<FlowRun, FinalStateRule.Verdict, object?> describeError)
    {
        FinalStateRule.Verdict verdict;
        lock (run.Gate)
        {
            if (!run.CurrentAttempt.TryClose())
            {
                return null;
            }

            verdict = (ReferenceEquals(judgement.Stop, run.StopRequest) ? judgement : run.Judge(outcome)).Verdict;
        }

        // The verdict stands. The host makes the error outside of the lock, because it may call anything.
        return run.Close(new FlowState(
            run, verdict.Type, run.Time.GetLocalNow(), verdict.Name, verdict.Message, verdict.Result,
            verdict.Type is StateType.Completed or StateType.Paused ? null : run.DescribeOrKeep(verdict, describeError)));
    }

    /// <summary>Ends the run with the result of an earlier one. Returns null if it was stopped first.</summary>
    internal static FlowState? EndCached(this FlowRun run, object? result, string message) =>
        run.TryCloseUnstopped() ? run.Close(run.NewState(StateType.Completed, StateNames.Cached, message, result)) : null;

    /// <summary>Leaves the run in Pending permanently, because a dependency did not complete. Returns null if it was stopped first.</summary>
    internal static FlowState? EndNotReady(this FlowRun run, string message, object? error) =>
        run.TryCloseUnstopped() ? run.Close(run.NewState(StateType.Pending, StateNames.NotReady, message, error: error)) : null;

    /// <summary>Marks the run as over: removes it from the active runs, and notifies listeners and waiting runs for the last time.</summary>
    internal static void MarkOver(this FlowRun run)
    {
        ActiveRuns.Remove(run);
        run.Listeners.Ended(run);
        run.Family.MarkOver();
        run.CurrentAttempt.StopLeft();
    }

    /// <summary>Records in the first state that a schedule has started the run.</summary>
    private static void EnterSchedule(this FlowRun run)
    {
        if (run.Instance is { } instance && run.StopRequest is null)
        {
            run.TryTransition(
                static state => state.Type == StateType.Pending,
                new FlowState(run, StateType.Scheduled, run.Time.GetLocalNow(), instance.IsLate ? StateNames.Late : null) { ScheduledTime = instance.Time });
        }
    }

    private static FlowState Close(this FlowRun run, FlowState final)
    {
        run.Begin();
        run.Listeners.Ending(run, final);
        run.Stopping = null;
        run.TryTransition(static _ => true, final, isOver: true);
        run.CurrentAttempt.StopClocks();
        return final;
    }

    private static bool TryCloseUnstopped(this FlowRun run)
    {
        lock (run.Gate)
        {
            return run.StopRequest is null && run.CurrentAttempt.TryClose();
        }
    }

    private static object? DescribeOrKeep(this FlowRun run, in FinalStateRule.Verdict verdict, Func<FlowRun, FinalStateRule.Verdict, object?> describeError)
    {
        try
        {
            return describeError(run, verdict);
        }
        catch (Exception)
        {
            // A run that does not end for want of words would hang all that wait for it.
            return verdict.Error;
        }
    }

    private static FlowState NewState(this FlowRun run, StateType type, string? name = null, string? message = null, object? result = null, object? error = null) =>
        new(run, type, run.Time.GetLocalNow(), name, message, result, error);
}
