namespace FlowModule.Engine;

/// <summary>
/// Takes one run all its way: waits for what it depends on, looks for a result it can take over, waits for slots of its limits,
/// has its body executed, retries it, ends it, and calls the hooks. It has no thread: whoever executes the run asks for the next
/// step, and is woken when a wait is over. One step at a time.
/// </summary>
internal sealed partial class RunDriver
{
    private enum Phase
    {
        Dependencies,
        Reuse,
        Cache,
        Limits,
        Start,
        OnRunning,
        Execute,
        Body,
        Settle,
        Delay,
        Calls,
        Over,
    }

    private readonly record struct Call(FlowRun Subject, object Script, FlowState State, string What);

    private readonly object _gate = new();
    private readonly FlowRun _run;
    private readonly RunServices _services;
    private readonly IHostErrors _errors;
    private readonly IRunExecutor _executor;
    private readonly Action? _stopping;
    private volatile Phase _phase;
    private RunOutcome _outcome = RunOutcome.Nothing;
    private FlowState? _final;
    private Queue<Call>? _calls;
    private bool _hasNoHost;

    /// <param name="run">The run; it knows its driver from now on.</param>
    /// <param name="services">What all runs share.</param>
    /// <param name="errors">Makes the host's error objects.</param>
    /// <param name="executor">Who executes the run, and is woken.</param>
    /// <param name="stopping">Called too when the run is told to stop.</param>
    internal RunDriver(FlowRun run, RunServices services, IHostErrors errors, IRunExecutor executor, Action? stopping = null)
    {
        _run = run;
        _services = services;
        _errors = errors;
        _executor = executor;
        _stopping = stopping;
        _phase = run.Dependencies is null ? Phase.Reuse : Phase.Dependencies;
        run.Driver = this;
        run.Stopping = Stopped;
    }

    /// <summary>The state that the run came to; null before it is over.</summary>
    internal FlowState? Final => _phase == Phase.Over ? _final : null;

    /// <summary>Whether the run waits for others before it can be anyone's turn.</summary>
    internal bool IsHeld => _phase == Phase.Dependencies;

    /// <summary>Whether the body has ended and what is left is to end the run.</summary>
    internal bool IsEnding => _phase is Phase.Settle or Phase.Calls;

    /// <summary>Whether the next step calls scripts of the user's.</summary>
    internal bool NeedsHost => !_hasNoHost && _phase switch
    {
        Phase.Reuse or Phase.Cache => _run.Policy.Cache is not null && _ticket is null && _run.StopRequest is null,
        Phase.OnRunning => true,
        Phase.Settle => _run.Policy.Retry.Condition is not null && _run.Attempt <= _run.Policy.Retry.Count,
        Phase.Calls => true,
        _ => false,
    };

    /// <summary>Does what can be done now, and says what the run needs next.</summary>
    /// <param name="host">Calls the user's scripts; null where that cannot be done.</param>
    /// <param name="mayExecute">Whether the caller could execute the body.</param>
    internal RunStep Next(IRunHost? host, bool mayExecute = true)
    {
        while (true)
        {
            if (host is null && NeedsHost)
            {
                return RunStep.Host;
            }

            try
            {
                if (Step(host, mayExecute) is { } step)
                {
                    return step;
                }
            }
            catch (HostInterruptedException)
            {
                // The session that the script ran in is gone with it: the rest needs another.
                return RunStep.Host;
            }
        }
    }

    /// <summary>The body has ended: what it came to is known once all that it has started has ended too.</summary>
    internal void BodyEnded(RunOutcome outcome)
    {
        ReleaseSlots();
        int attempt = _run.Attempt;
        BodyCompletion.Await(_run, outcome, _errors, settled => Settled(attempt, settled));
        lock (_gate)
        {
            // What it has started and now waits for may need its place: with a limit of one there is no other.
            if (_phase == Phase.Body && attempt == _run.Attempt)
            {
                _executor.Waiting(_run);
            }
        }
    }

    /// <summary>Ends the run with a failure before it has started: its input did not fit.</summary>
    internal void Fail(RunFailure failure)
    {
        _outcome = new RunOutcome([], failure);
        _phase = Phase.Settle;
    }

    /// <summary>Ends the run with a failure where no script of its policy can be called: what executes the run has died.</summary>
    internal void FailWithoutHost(RunFailure failure)
    {
        _hasNoHost = true;
        if (_phase < Phase.Body)
        {
            Fail(failure);
        }
    }

    private RunStep? Step(IRunHost? host, bool mayExecute)
    {
        if (_phase is < Phase.Body or Phase.Delay && _run.StopRequest is not null)
        {
            _retryTimer?.Dispose();
            _outcome = RunOutcome.Nothing;
            _phase = Phase.Settle;
        }

        switch (_phase)
        {
            case Phase.Dependencies:
                return AwaitDependencies();
            case Phase.Reuse:
                return Reuse();
            case Phase.Cache:
                return LookUp(host);
            case Phase.Limits:
                return AwaitSlots();
            case Phase.Start:
                Start();
                return null;
            case Phase.OnRunning:
                _phase = Phase.Execute;
                host!.Call(_run, _run, _run.Policy.Hooks!.OnRunning!, _run.State, "-OnRunning");
                return null;
            case Phase.Execute:
                if (!mayExecute)
                {
                    return RunStep.Elsewhere;
                }

                _phase = Phase.Body;
                return RunStep.Execute;
            case Phase.Body:
                return RunStep.Wait;
            case Phase.Settle:
                return Settle(host);
            case Phase.Delay:
                return AwaitRetry();
            case Phase.Calls:
                CallNext(host);
                return null;
            default:
                return RunStep.Done;
        }
    }

    private void Start()
    {
        // A stop that came first ends the run at the next step.
        if (_run.TryStart())
        {
            _phase = _run.Policy.Hooks?.OnRunning is null ? Phase.Execute : Phase.OnRunning;
            Log(LogLine.Beginning);
        }
    }

    private void Settled(int attempt, RunOutcome outcome)
    {
        lock (_gate)
        {
            if (_phase != Phase.Body || attempt != _run.Attempt)
            {
                return;
            }

            _outcome = outcome;
            _phase = Phase.Settle;
        }

        _executor.Wake(_run);
    }

    private RunStep? Settle(IRunHost? host)
    {
        FinalStateRule.Verdict verdict = _run.Judge(_outcome);
        if (MayRetry(verdict) && AskRetry(host, verdict) && TryScheduleRetry(verdict))
        {
            return null;
        }

        return EndWith(_run.End(_outcome, _errors.Describe) ?? _run.State);
    }

    /// <summary>The run has come to its final state, or to one that it cannot leave. Null: it was stopped first.</summary>
    private RunStep? EndWith(FlowState? final)
    {
        if (final is null)
        {
            return null;
        }

        ReleaseSlots();
        _final = final;
        LeaveCache(final);
        if (final.IsCompleted)
        {
            _run.LedgerEntry?.Complete(final);
        }

        bool wasRun = _run.StartTime is not null;
        if (wasRun || final.Name is StateNames.Cached or StateNames.NotReady)
        {
            Log(static (run, state) => LogLine.Finished(run, state!), final);
        }

        AddRollbacks(final, wasRun);
        if ((wasRun || final.IsCompleted) && _run.Policy.Hooks?.For(final.Type) is { } hook)
        {
            (_calls ??= new()).Enqueue(new Call(_run, hook, final, $"-On{HookName(final.Type)}"));
        }

        if (_calls is null)
        {
            return Over();
        }

        _phase = Phase.Calls;
        return null;
    }

    /// <summary>A failed run undoes what completed in it, the last first; a completed one leaves that to the run that it is part of.</summary>
    private void AddRollbacks(FlowState final, bool wasRun)
    {
        if (wasRun && final.IsCompleted && _run.Policy.Rollback is { } rollback)
        {
            _run.Parent?.FlowRunOf().Rollbacks.Add(new(_run, rollback, final));
        }

        if (_run.RollbacksOrNull is not { } rollbacks)
        {
            return;
        }

        if (final.IsCompleted)
        {
            _run.Parent?.FlowRunOf().Rollbacks.AddAll(rollbacks);
            return;
        }

        foreach (RunRollbacks.Rollback undo in rollbacks.TakeAll())
        {
            (_calls ??= new()).Enqueue(new Call(undo.Run, undo.Script, undo.Completed, "-OnRollback"));
        }
    }

    private void CallNext(IRunHost? host)
    {
        if (!_calls!.TryPeek(out Call call) || host is null)
        {
            Over();
            return;
        }

        // Each is called once: also one that threw, but not one that a session about to end did not begin.
        bool hasBegun = true;
        try
        {
            host.Call(_run, call.Subject, call.Script, call.State, call.What);
        }
        catch (HostInterruptedException exception)
        {
            hasBegun = exception.HasBegun;
            throw;
        }
        finally
        {
            if (hasBegun)
            {
                _calls.Dequeue();
            }
        }
    }

    private RunStep? Over()
    {
        _phase = Phase.Over;
        _run.MarkOver();
        return RunStep.Done;
    }

    private void Log(Func<FlowRun, LogLine> line)
    {
        if (_executor.WantsLog)
        {
            _executor.Log(_run, line(_run));
        }
    }

    private void Log(Func<FlowRun, FlowState, LogLine> line, FlowState state)
    {
        if (_executor.WantsLog)
        {
            _executor.Log(_run, line(_run, state));
        }
    }

    private static string HookName(StateType type) => type switch
    {
        StateType.Completed => "Completion",
        StateType.Failed => "Failure",
        StateType.Cancelled => "Cancellation",
        _ => "Crash",
    };
}
