using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;

namespace FlowModule.Resuming;

/// <summary>Suspends flow runs: of this process directly, of other processes by a request in the history.</summary>
internal static class RunSuspension
{
    /// <summary>Suspends a run of this process, together with the runs around it.</summary>
    /// <exception cref="FlowException">It could not be resumed later.</exception>
    internal static void Suspend(FlowRun run, string message)
    {
        FlowRun root = run.Root();
        RequireBody(root.Kind, root.Name, root);
        if (root.Recording is not { } recording)
        {
            throw new FlowException(
                $"{root.KindName} '{root.Name}' cannot be suspended: it is not recorded in a history, so it could not be resumed.",
                "FlowRunNotSuspendable", ErrorCategory.InvalidOperation, root);
        }

        if (ActiveRuns.Find(root.Id) is not null && !recording.IsElsewhere)
        {
            root.Stop(new StopRequest(StopKind.Suspended, message));
        }
        else
        {
            Ask(recording.History, root.Id, message);
        }
    }

    /// <summary>Tells the process that executes a run to suspend it.</summary>
    /// <exception cref="FlowException">No process executes it.</exception>
    internal static void Suspend(RunTarget target, string message)
    {
        if (target.Active is { } active && (target.Record is null || IsAtWork(active)))
        {
            Suspend(active, message);
            return;
        }

        FlowRunRecord record = RunResumer.Look(target.Record!);
        if (record.IsOver)
        {
            throw new FlowException(
                $"Run '{record.Name}' of '{record.FlowName}' cannot be suspended: it is {record.State.Name}.", "FlowRunNotSuspendable", ErrorCategory.InvalidOperation, record);
        }

        RequireBody(record.Kind, record.Name, record);
        Ask(record.History, record.Id, message);
    }

    private static void RequireBody(RunKind kind, string name, object target)
    {
        if (kind == RunKind.AdHoc)
        {
            throw new FlowException(
                $"Ad hoc run '{name}' cannot be suspended: it has no script with which it could go on. Suspend the runs in it (Get-FlowRun -Parent '{name}'), or stop it with Stop-FlowRun.",
                "FlowRunNotSuspendable", ErrorCategory.InvalidOperation, target);
        }
    }

    /// <summary>Whether a process executes the run, as far as this process knows. A state keeps its run long after the run has ended.</summary>
    private static bool IsAtWork(FlowRun run) => ActiveRuns.Find(run.Id) is not null || (run.Recording is { IsElsewhere: true } && !run.State.IsFinal);

    private static void Ask(RunHistory history, Guid run, string message) => HistoryAccess.Change(history, store =>
    {
        store.Requests.Add(new RunRequest(run, RunRequestKind.Suspend, message));
        return true;
    });
}
