using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;

namespace FlowModule.Engine.Runs;

/// <content>The end of a run: rollbacks and hooks.</content>
internal sealed partial class RunDriver
{
    private const string Rollback = "-OnRollback";

    private FlowState? _final;
    private Queue<Call>? _calls;
    private Call? _unbegun;
    private int _breakdowns;
    private IRunHost? _host;
    private HashSet<IRunHost>? _lostHosts;

    /// <summary>
    /// A script that the host was calling does not end and cannot be interrupted: the run goes on without it. Should the script come
    /// back, its host throws <see cref="HostInterruptedException"/>, and does nothing more for the run.
    /// </summary>
    internal void HostLost(IRunHost host)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_host, host))
            {
                return;
            }

            _host = null;
            (_lostHosts ??= []).Add(host);
        }

        switch (_phase)
        {
            case Phase.Settle:
                // The attempt's outcome is final.
                _retriesNoMore = true;
                break;
            case Phase.Reuse or Phase.Cache:
                Fail(_errors.Describe(_run, new TimeoutException("The script of the cache key did not end.")) with { IsPermanent = true });
                break;
            default:
                break;
        }

        _executor.Wake(_run);
    }

    private bool IsLost(IRunHost host)
    {
        lock (_gate)
        {
            return _lostHosts?.Contains(host) == true;
        }
    }

    /// <summary>Something threw that should not: the run fails, or ends as it is.</summary>
    private void BreakDown(Exception exception)
    {
        if (_phase == Phase.Calls)
        {
            return;
        }

        if (++_breakdowns > 2)
        {
            _final ??= _run.End(_outcome, Judge(), static (_, verdict) => verdict.Error) ?? _run.State;
            Over();
            return;
        }

        if (_phase == Phase.Settle)
        {
            // The attempt's outcome is final.
            _retriesNoMore = true;
            return;
        }

        RunFailure failure;
        try
        {
            failure = _errors.Describe(_run, exception);
        }
        catch (Exception)
        {
            // No words for it: its own must do.
            failure = new RunFailure(exception.Message, exception);
        }

        Fail(failure with { IsPermanent = true });
    }

    /// <summary>Enters the final state, or a state that the run cannot leave. Returns null if the run was stopped first.</summary>
    private RunStep? EndWith(FlowState? final)
    {
        if (final is null)
        {
            return null;
        }

        _final = final;
        if (final.Type == StateType.Cancelled)
        {
            _run.StopRequest?.Interruption?.Add();
        }

        DropRetryTimer();
        ReleaseSlots();
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

        AddRollbacks(final, wasRun || _run.StandsForEarlier);
        if ((wasRun || final.IsCompleted) && !_run.IsSuspendedWithRoot && _run.Policy.Hooks is { } hooks)
        {
            foreach (object hook in hooks.For(final.Type))
            {
                (_calls ??= new()).Enqueue(new Call(_run, hook, final, $"-On{HookName(final.Type)}"));
            }
        }

        if (_calls is null)
        {
            return Over();
        }

        _phase = Phase.Calls;
        return null;
    }

    /// <summary>
    /// A failed run undoes what completed in it, the last first; a completed one leaves that to the run that it is part of. One that was
    /// suspended undoes nothing: it goes on later.
    /// </summary>
    private void AddRollbacks(FlowState final, bool hasEffects)
    {
        if (hasEffects && final.IsCompleted && _run.Policy.Rollback is { } rollback)
        {
            _run.Parent?.FlowRunOf().Family.Rollbacks.Add(new(_run, rollback, final));
        }

        if (_run.Family.RollbacksOrNull is not { } rollbacks || final.Type == StateType.Paused || _run.IsSuspendedWithRoot)
        {
            return;
        }

        if (final.IsCompleted)
        {
            _run.Parent?.FlowRunOf().Family.Rollbacks.AddAll(rollbacks);
            return;
        }

        foreach (RunRollbacks.Rollback undo in rollbacks.TakeAll())
        {
            (_calls ??= new()).Enqueue(new Call(undo.Run, undo.Script, undo.Completed, Rollback));
        }
    }

    private void CallNext(IRunHost? host)
    {
        Call call = default;
        if (host is null || !(_unbegun is not null || _calls!.TryDequeue(out call)))
        {
            Over();
            return;
        }

        (call, _unbegun) = (_unbegun ?? call, null);
        if (call.What == Rollback)
        {
            // Recorded before the rollback begins, because the result of a half rolled back run must not be reused.
            call.Subject.NoteRolledBack($"{_run.KindName} '{_run.Name}' is {_final!.Name}.");
        }

        try
        {
            host.Call(_run, call.Subject, call.Script, call.State, call.What);
        }
        catch (HostInterruptedException exception) when (!exception.HasBegun)
        {
            // Each script is called once, even if it throws. A script that a closing session did not start is called later.
            _unbegun = call;
            throw;
        }
    }

    private RunStep? Over()
    {
        _phase = Phase.Over;
        _run.Dependencies?.Forget();
        _run.MarkOver();
        return RunStep.Done;
    }

    private static string HookName(StateType type) => type switch
    {
        StateType.Completed => "Completion",
        StateType.Failed => "Failure",
        StateType.Cancelled => "Cancellation",
        _ => "Crash",
    };
}
