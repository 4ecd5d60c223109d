using FlowModule.Engine.Tasks;

namespace FlowModule.Engine.Runs.Driving;

/// <summary>The scripts to call at the end of a run: its hooks, and what undoes its tasks. Each is called once, also one that throws.</summary>
internal sealed class RunCalls
{
    private const string Rollback = "-OnRollback";

    private readonly FlowRun _run;
    private readonly FlowState _final;
    private readonly Queue<Call> _calls;
    private Call? _unbegun;

    private RunCalls(FlowRun run, FlowState final, Queue<Call> calls)
    {
        _run = run;
        _final = final;
        _calls = calls;
    }

    private readonly record struct Call(FlowRun Subject, object Script, FlowState State, string What);

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
                (calls ??= new()).Enqueue(new Call(run, hook, final, $"-On{HookName(final.Type)}"));
            }
        }

        return calls is null ? null : new RunCalls(run, final, calls);
    }

    /// <summary>Calls the next script. Returns false when none is left.</summary>
    internal bool CallNext(IRunHost host)
    {
        Call call = default;
        if (_unbegun is null && !_calls.TryDequeue(out call))
        {
            return false;
        }

        (call, _unbegun) = (_unbegun ?? call, null);
        if (call.What == Rollback)
        {
            // Before it begins: nobody takes over the result of what may be half undone.
            call.Subject.NoteRolledBack($"{_run.KindName} '{_run.Name}' is {_final.Name}.");
        }

        try
        {
            host.Call(_run, call.Subject, call.Script, call.State, call.What);
            return true;
        }
        catch (HostInterruptedException exception) when (!exception.HasBegun)
        {
            // A session that is about to end did not begin it: it is still to be called.
            _unbegun = call;
            throw;
        }
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
