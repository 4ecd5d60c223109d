using FlowModule.Engine.Tasks;

namespace FlowModule.Engine.Runs.Driving;

/// <summary>The scripts to call at the end of a run: what undoes its tasks, and then its hooks. Each is called once, also one that throws.</summary>
internal sealed class RunCalls
{
    private const string Rollback = "-OnRollback";

    /// <summary>How many of the tasks whose rollbacks failed the message of the run names.</summary>
    private const int MostNamed = 5;

    private readonly FlowRun _run;
    private readonly Queue<Call> _calls;
    private readonly int _rollbacks;
    private readonly List<FlowRun> _failed = [];
    private readonly object _gate = new();
    private int _undone;
    private Call? _current;
    private Call? _unbegun;

    private RunCalls(FlowRun run, FlowState final, Queue<Call> calls, int rollbacks)
    {
        _run = run;
        Final = final;
        _calls = calls;
        _rollbacks = rollbacks;
    }

    /// <summary>A script to call, with the state that it is called for; null for the run's own final state.</summary>
    private sealed record Call(FlowRun Subject, object Script, FlowState? State, string What);

    /// <summary>The final state of the run. Its message says which rollbacks have failed.</summary>
    internal FlowState Final { get; private set; }

    /// <summary>The scripts to call for a run that has come to its final state, or null. What undoes a completed run is left to the run around it.</summary>
    internal static RunCalls? For(FlowRun run, FlowState final)
    {
        bool wasRun = run.StartTime is not null;
        Queue<Call>? calls = null;
        List<RunRollbacks.Rollback> undone = Undone(run, final, wasRun || run.StandsForEarlier);
        if (undone.Count > 0)
        {
            calls = new(undone.Select(static undo => new Call(undo.Run, undo.Script, undo.Completed, Rollback)));
        }

        if ((wasRun || final.IsCompleted) && !run.IsSuspendedWithRoot && run.Policy.Hooks is { } hooks)
        {
            foreach (object hook in hooks.For(final.Type))
            {
                (calls ??= new()).Enqueue(new Call(run, hook, State: null, $"-On{HookName(final.Type)}"));
            }
        }

        return calls is null ? null : new RunCalls(run, final, calls, undone.Count);
    }

    /// <summary>Calls the next script. Returns false when none is left.</summary>
    internal bool CallNext(IRunHost host)
    {
        if (_current is { } lost)
        {
            // Its host was given up while it called this.
            End(lost, isDone: false);
        }

        Call? call = _unbegun;
        _unbegun = null;
        if (call is null && !_calls.TryDequeue(out call))
        {
            return false;
        }

        if (call.What == Rollback)
        {
            // Before it begins: nobody takes over the result of what may be half undone.
            call.Subject.NoteRolledBack($"{_run.KindName} '{_run.Name}' is {Final.Name}.");
        }

        _current = call;
        try
        {
            End(call, host.Call(_run, call.Subject, call.Script, call.State ?? Final, call.What));
            return true;
        }
        catch (HostInterruptedException exception) when (!exception.HasBegun)
        {
            // A session that is about to end did not begin it: it is still to be called.
            (_current, _unbegun) = (null, call);
            throw;
        }
        catch (Exception)
        {
            End(call, isDone: false);
            throw;
        }
    }

    /// <summary>A script has come to its end. After the last rollback, the final state says which of them have failed.</summary>
    private void End(Call call, bool isDone)
    {
        lock (_gate)
        {
            // A host that was given up may come back when its call counts as failed.
            if (!ReferenceEquals(_current, call))
            {
                return;
            }

            _current = null;
            if (call.What != Rollback)
            {
                return;
            }

            _undone++;
            if (!isDone)
            {
                _failed.Add(call.Subject);
            }
        }

        if (!isDone)
        {
            call.Subject.NoteRolledBack($"-OnRollback failed. {_run.KindName} '{_run.Name}' is {Final.Name}.", hasFailed: true);
        }

        if (_undone == _rollbacks && _failed.Count > 0)
        {
            Final = _run.SayMore(Final, Failures());
        }
    }

    private string Failures()
    {
        IEnumerable<string> names = _failed.Take(MostNamed).Select(static run => $"{run.KindName.ToLowerInvariant()} '{run.Name}'");
        return $"{_failed.Count} of {_rollbacks} rollbacks failed: {string.Join(", ", names)}{(_failed.Count > MostNamed ? " and more" : null)}.";
    }

    /// <summary>
    /// A failed run undoes what completed in it, the last first; a completed one leaves that to the run that it is part of. One that was
    /// suspended undoes nothing: it goes on later.
    /// </summary>
    private static List<RunRollbacks.Rollback> Undone(FlowRun run, FlowState final, bool hasEffects)
    {
        if (hasEffects && final.IsCompleted && run.Policy.Rollback is { } rollback)
        {
            run.Parent?.FlowRunOf().Family.Rollbacks.Add(new(run, rollback, final));
        }

        if (run.Family.RollbacksOrNull is not { } rollbacks || final.Type == StateType.Paused || run.IsSuspendedWithRoot)
        {
            return [];
        }

        if (final.IsCompleted)
        {
            run.Parent?.FlowRunOf().Family.Rollbacks.AddAll(rollbacks);
            return [];
        }

        return rollbacks.TakeAll();
    }

    private static string HookName(StateType type) => type switch
    {
        StateType.Completed => "Completion",
        StateType.Failed => "Failure",
        StateType.Cancelled => "Cancellation",
        _ => "Crash",
    };
}
