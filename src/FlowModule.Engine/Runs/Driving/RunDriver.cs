using FlowModule.Engine.Limits;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs.Driving;

/// <summary>
/// Takes one run all its way: waits for what it depends on, looks for a result it can take over, waits for slots of its limits,
/// has its body executed, retries it, ends it, and calls the hooks. It has no thread: whoever executes the run asks for the next
/// step, and is woken when a wait is over. One step at a time.
/// </summary>
internal sealed class RunDriver
{
    private readonly FlowRun _run;
    private readonly IHostErrors _errors;
    private readonly IRunExecutor _executor;
    private readonly Action? _stopping;
    private readonly RunPreparation _preparation;
    private readonly RunBeginning _beginning;
    private readonly RunRetry? _retry;
    private readonly RunBody _body;
    private readonly RunEnding _ending;
    private readonly RunParking _parking;
    private readonly HostWatch _hosts = new();
    private volatile RunPhase _phase;
    private volatile bool _hasNoHost;
    private int _interruptions;
    private int _breakdowns;

    /// <param name="run">The run; it knows its driver from now on.</param>
    /// <param name="services">What all runs share.</param>
    /// <param name="errors">Makes the host's error objects.</param>
    /// <param name="executor">Who executes the run, and is woken.</param>
    /// <param name="stopping">Called too when the run is told to stop.</param>
    internal RunDriver(FlowRun run, RunServices services, IHostErrors errors, IRunExecutor executor, Action? stopping = null)
    {
        _run = run;
        _errors = errors;
        _executor = executor;
        _stopping = stopping;
        _parking = new RunParking(run, executor);
        Slots = run.Policy.Limits.Count == 0 ? null : new RunSlots(run, services, _parking.Unpark);
        Cache = run.Policy.Cache is null ? null : new CacheVisit(run, services, _parking.Unpark);
        _beginning = new RunBeginning(run);
        _preparation = new RunPreparation(run, errors, Cache, _parking.Unpark);
        _retry = run.Policy.Retry.Count == 0 ? null : new RunRetry(run, services, _parking.Unpark);
        _body = new RunBody(run, errors, AwaitChildren, Settled);
        _ending = new RunEnding(run, errors, Cache, _retry);
        run.Driver = this;
        run.Stopping = Stopped;
    }

    /// <summary>The state that the run came to; null before it is over.</summary>
    internal FlowState? Final => _phase == RunPhase.Over ? _ending.Final : null;

    /// <summary>The slots of the run's limits; null for a run without limits.</summary>
    internal RunSlots? Slots { get; private set; }

    /// <summary>The run's visit to the cache of results; null for a run that uses none.</summary>
    internal CacheVisit? Cache { get; }

    /// <summary>Whether what executes the run executes its body already, for a process that has died: then it waits for no slot. It is counted as soon as there is one.</summary>
    internal bool IsUnderWay { private get; set; }

    /// <summary>Whether the body waits, and the run's slots were lent meanwhile.</summary>
    internal bool HasLentSlots => _phase == RunPhase.Body && Slots is { AreLent: true };

    /// <summary>Whether the run waits for others before it can be anyone's turn.</summary>
    internal bool IsHeld => _phase == RunPhase.Prepare && _preparation.IsHeld;

    /// <summary>Where the next step can be done.</summary>
    internal StepThread NextThread =>
        NeedsHost() ? StepThread.Host : _phase is RunPhase.Settle or RunPhase.Calls || _run.StopRequest is not null ? StepThread.Any : StepThread.Executor;

    /// <summary>The run has its slots already: this process executes it for another one.</summary>
    internal void Adopt(SharedClaim slots, RunServices services)
    {
        Slots ??= new RunSlots(_run, services, _parking.Unpark);
        Slots.Adopt(slots);
    }

    /// <summary>Does what can be done now. Returns what the run needs next.</summary>
    /// <param name="host">Calls the user's scripts; null where that cannot be done.</param>
    /// <param name="mayExecute">Whether the caller could execute the body.</param>
    internal RunStep Next(IRunHost? host, bool mayExecute = true)
    {
        while (true)
        {
            if (host is null && NeedsHost())
            {
                return RunStep.Host;
            }

            try
            {
                _hosts.Enter(host);
                if (Step(host, mayExecute) is { } step)
                {
                    return step;
                }
            }
            catch (HostInterruptedException exception)
            {
                if (host is not null && _hosts.IsLost(host))
                {
                    // Another sees to the run by now.
                    return RunStep.Wait;
                }

                // The session that the script ran in is gone with it: the rest needs another. One that is interrupted each time would
                // be called for ever.
                if (++_interruptions > 1)
                {
                    BreakDown(exception);
                }

                return RunStep.Host;
            }
            catch (Exception exception)
            {
                // A run that does not end would hang all that wait for it, whatever is wrong with what it needs.
                BreakDown(exception);
            }
        }
    }

    /// <summary>The body has ended: what it came to is known once all that it has started has ended too.</summary>
    internal void BodyEnded(RunOutcome outcome) => _body.Ended(outcome);

    /// <summary>Ends the run with a failure before it has started: its input did not fit.</summary>
    internal void Fail(RunFailure failure) => GoToSettle(new RunOutcome([], failure));

    /// <summary>Ends the run with a failure where no script of its policy can be called: what executes the run has died.</summary>
    internal void FailWithoutHost(RunFailure failure)
    {
        _hasNoHost = true;
        if (_phase < RunPhase.Body)
        {
            Fail(failure);
        }
    }

    /// <summary>
    /// A script that the host was calling does not end and cannot be interrupted: the run goes on without it. Should the script come
    /// back, its host throws <see cref="HostInterruptedException"/>, and does nothing more for the run.
    /// </summary>
    internal void HostLost(IRunHost host)
    {
        if (!_hosts.TryLose(host))
        {
            return;
        }

        if (_phase == RunPhase.Settle)
        {
            // What the attempt came to stands.
            _ending.RetryNoMore();
        }
        else if (_phase == RunPhase.Prepare)
        {
            Fail(_errors.Describe(_run, new TimeoutException("The script of the cache key did not end.")) with { IsPermanent = true });
        }

        _executor.Wake(_run);
    }

    /// <summary>Whether the next step calls scripts of the user's.</summary>
    private bool NeedsHost() => !_hasNoHost && _phase switch
    {
        RunPhase.Prepare => _preparation.NeedsHost && _run.StopRequest is null,
        RunPhase.OnRunning => _beginning.HasHooks,
        RunPhase.Calls => true,
        RunPhase.Settle => _ending.AsksCondition,
        _ => false,
    };

    private RunStep? Step(IRunHost? host, bool mayExecute)
    {
        if (_phase < RunPhase.Body && _run.StopRequest is not null)
        {
            GoToSettle(RunOutcome.Nothing);
        }

        switch (_phase)
        {
            case RunPhase.Prepare:
                return Prepare(host);
            case RunPhase.Limits or RunPhase.Start or RunPhase.Execute when !mayExecute:
                // What starts a run must be about to execute it: its state says Running, and its time counts.
                return RunStep.Elsewhere;
            case RunPhase.Limits when Slots?.TryTake() == false && !IsUnderWay:
                _run.EnterWaiting(StateNames.AwaitingConcurrencySlot, $"Waits for a slot of {string.Join(", ", _run.Policy.Limits)}.");
                return _parking.Park(() => Slots.AreHeld);
            case RunPhase.Limits:
                _phase = RunPhase.Start;
                return null;
            case RunPhase.Start when !_beginning.TryStart():
                // A stop that came first ends the run.
                return null;
            case RunPhase.Start:
                _phase = RunPhase.OnRunning;
                _executor.Log(_run, 0, static (run, _) => LogLine.Beginning(run));
                return null;
            case RunPhase.OnRunning when _beginning.HasHooks:
                _beginning.CallHook(host!);
                return null;
            case RunPhase.OnRunning:
                _phase = RunPhase.Execute;
                return null;
            case RunPhase.Execute:
                _body.Begin();
                _phase = RunPhase.Body;
                return RunStep.Execute;
            case RunPhase.Body:
                return RunStep.Wait;
            case RunPhase.Settle:
                return Settle(host);
            case RunPhase.Delay when !_retry!.IsDue:
                return _parking.Park(() => _retry.IsDue);
            case RunPhase.Delay:
                _retry.DropTimer();
                _phase = RunPhase.Limits;
                return null;
            case RunPhase.Calls:
                return host is not null && _ending.CallNext(host) ? null : Over();
            default:
                return RunStep.Done;
        }
    }

    private RunStep? Prepare(IRunHost? host)
    {
        RunPreparation.Answer answer = _preparation.Next(host);
        if (answer.Line is { } line)
        {
            _executor.Log(_run, line, static (_, line) => line);
        }

        if (answer.IsReady is { } isReady)
        {
            return _parking.Park(isReady);
        }

        if (answer.Ends)
        {
            return EndWith(answer.Final);
        }

        if (answer.Failure is { } failure)
        {
            Fail(failure);
        }
        else if (!answer.GoesOn)
        {
            _phase = RunPhase.Limits;
        }

        return null;
    }

    /// <summary>Only what the body has started is at work now: that may need the slots and the place.</summary>
    private void AwaitChildren()
    {
        Slots?.Leave();
        _run.Place?.Leave(_run);
    }

    private void Settled(RunOutcome outcome)
    {
        GoToSettle(outcome);
        _executor.Wake(_run);
    }

    /// <summary>The attempt has an outcome. Nothing needs the slots any more.</summary>
    private void GoToSettle(RunOutcome outcome)
    {
        _ending.Outcome = outcome;
        _phase = RunPhase.Settle;
        Slots?.Release();
    }

    /// <summary>Another attempt follows, or the run ends.</summary>
    private RunStep? Settle(IRunHost? host)
    {
        if (!_ending.TryRetry(host))
        {
            return EndWith(_ending.End());
        }

        _executor.Log(_run, _run.State, LogLine.Waiting);
        _interruptions = 0;
        _phase = RunPhase.Delay;
        return null;
    }

    /// <summary>The run has come to its final state, or to one that it cannot leave. Null: it was stopped first.</summary>
    private RunStep? EndWith(FlowState? final)
    {
        if (final is null)
        {
            return null;
        }

        if (_run.StartTime is not null || final.Name is StateNames.Cached or StateNames.NotReady)
        {
            _executor.Log(_run, final, LogLine.Finished);
        }

        if (!_ending.Conclude(final))
        {
            return Over();
        }

        _phase = RunPhase.Calls;
        return null;
    }

    private RunStep? Over()
    {
        _phase = RunPhase.Over;
        _run.Dependencies?.Forget();
        _run.MarkOver();
        return RunStep.Done;
    }

    /// <summary>Something threw that should not: the run fails, or ends as it is.</summary>
    private void BreakDown(Exception exception)
    {
        if (_phase == RunPhase.Calls)
        {
            return;
        }

        if (++_breakdowns > 2)
        {
            _ending.EndPlainly();
            Over();
        }
        else if (_phase == RunPhase.Settle)
        {
            // What the attempt came to stands.
            _ending.RetryNoMore();
        }
        else
        {
            Fail(_errors.DescribeOrKeep(_run, exception) with { IsPermanent = true });
        }
    }

    private void Stopped()
    {
        Slots?.WakeReclaim();
        _stopping?.Invoke();
        _parking.Unpark();
    }
}
