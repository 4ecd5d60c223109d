using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs;

/// <summary>
/// Takes one run all its way: waits for what it depends on, looks for a result it can take over, waits for slots of its limits,
/// has its body executed, retries it, ends it, and calls the hooks. It has no thread: whoever executes the run asks for the next
/// step, and is woken when a wait is over. One step at a time.
/// </summary>
internal sealed partial class RunDriver
{
    /// <summary>In their order. A stop in any before the body goes on to the end; a retry goes back to the delay.</summary>
    private enum Phase
    {
        Dependencies,
        Reuse,
        Cache,
        Delay,
        Limits,
        Start,
        OnRunning,
        Execute,
        Body,
        Settle,
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
    private (RunOutcome Outcome, Judgement Judgement)? _judged;
    private volatile bool _hasNoHost;
    private int _interruptions;
    private bool _retriesNoMore;
    private Action? _putBackGiven;
    private int _runningHooksCalled;

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

    /// <summary>The final state; null before the run is over.</summary>
    internal FlowState? Final => _phase == Phase.Over ? _final : null;

    /// <summary>Whether the run waits for others before it can be anyone's turn.</summary>
    internal bool IsHeld => _phase == Phase.Dependencies;

    /// <summary>Whether the body has ended and only the end of the run remains.</summary>
    internal bool IsEnding => _phase is Phase.Settle or Phase.Calls;

    /// <summary>Whether the next step calls scripts of the user's.</summary>
    internal bool NeedsHost => !_hasNoHost && _phase switch
    {
        Phase.Reuse or Phase.Cache => _run.Policy.Cache is not null && _ticket is null && _run.StopRequest is null,
        Phase.OnRunning => true,
        Phase.Settle => _run.Policy.Retry.Condition is not null && MayRetry(Judge().Verdict),
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
                Volatile.Write(ref _host, host);
                if (Step(host, mayExecute) is { } step)
                {
                    return step;
                }
            }
            catch (HostInterruptedException exception)
            {
                if (host is not null && IsLost(host))
                {
                    // Another thread drives the run now.
                    return RunStep.Wait;
                }

                // The script's session is gone, so the rest needs another session. The retries are limited, because a script that always ends its
                // session would be called forever.
                if (++_interruptions > 1)
                {
                    BreakDown(exception);
                }

                return RunStep.Host;
            }
            catch (Exception exception)
            {
                // The run must end even if its infrastructure fails; otherwise everything that waits for it would hang.
                BreakDown(exception);
            }
        }
    }

    /// <summary>Called when the body has ended. Its outcome is known only when all child runs have ended.</summary>
    internal void BodyEnded(RunOutcome outcome)
    {
        int attempt = _run.Attempt;
        if (outcome.Failure is { } failure)
        {
            _run.Listeners.Threw(_run, failure);
        }

        BodyCompletion.Await(_run, outcome, _errors, () => AwaitChildren(attempt), settled => Settled(attempt, settled));
    }

    /// <summary>Ends the run with a failure before it has started: its input did not fit.</summary>
    internal void Fail(RunFailure failure)
    {
        _outcome = new RunOutcome([], failure);
        _phase = Phase.Settle;
    }

    /// <summary>Ends the run as failed when no script of its policy can be called, because its executor has died.</summary>
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
        if (_phase < Phase.Body && _run.StopRequest is not null)
        {
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
            case Phase.Limits or Phase.Start when !mayExecute:
                // The caller must be about to execute the run, because its state becomes Running and its time starts.
                return RunStep.Elsewhere;
            case Phase.Limits:
                return AwaitSlots();
            case Phase.Start:
                Start();
                return null;
            case Phase.OnRunning:
                // Recorded before the call: an interrupted hook is not called again.
                IReadOnlyList<object> hooks = _run.Policy.Hooks!.OnRunning;
                object hook = hooks[_runningHooksCalled++];
                _phase = _runningHooksCalled < hooks.Count ? Phase.OnRunning : Phase.Execute;
                host!.Call(_run, _run, hook, _run.State, "-OnRunning");
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
            if (_run.Attempt == _run.FirstAttempt)
            {
                _putBackGiven = RunGiven.Note(_run);
            }
            else
            {
                _putBackGiven?.Invoke();
            }

            _runningHooksCalled = 0;
            _phase = _run.Policy.Hooks is { OnRunning.Count: > 0 } ? Phase.OnRunning : Phase.Execute;
            Log(LogLine.Beginning);
        }
    }

    /// <summary>Gives up the slots and the place while only child runs work, because they may need them.</summary>
    private void AwaitChildren(int attempt)
    {
        lock (_gate)
        {
            if (_phase != Phase.Body || attempt != _run.Attempt)
            {
                return;
            }
        }

        ReleaseSlots();
        _run.Place?.Leave(_run);
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

        ReleaseSlots();
        _executor.Wake(_run);
    }

    private RunStep? Settle(IRunHost? host)
    {
        FinalStateRule.Verdict verdict = Judge().Verdict;
        if (MayRetry(verdict) && AskRetry(host, verdict) && TryScheduleRetry(verdict))
        {
            return null;
        }

        return EndWith(_run.End(_outcome, Judge(), _errors.Describe) ?? _run.State);
    }

    /// <summary>Applies the rules to the outcome: once, and again only after another outcome or a stop.</summary>
    private Judgement Judge()
    {
        if (_judged is not var (outcome, judgement) || !ReferenceEquals(outcome, _outcome) || !ReferenceEquals(judgement.Stop, _run.StopRequest))
        {
            judgement = _run.Judge(_outcome);
            _judged = (_outcome, judgement);
        }

        return judgement;
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
}
