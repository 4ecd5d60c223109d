using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Liveness;
using FlowModule.Engine.Processes;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;

namespace FlowModule.Stopping;

/// <summary>Ends the process of a run that does not end. All runs of that process then end as Cancelled.</summary>
internal sealed class ForcedStop(PSCmdlet cmdlet, Action<FlowException> report, double graceSeconds)
{
    /// <summary>How long a process has to end after it is told to, before it is killed.</summary>
    private static readonly TimeSpan AskFor = TimeSpan.FromSeconds(5);

    /// <summary>How long the system has to end a killed process.</summary>
    private static readonly TimeSpan KillFor = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookEach = TimeSpan.FromMilliseconds(50);

    /// <exception cref="HistoryException">The history cannot be read or written.</exception>
    internal void End(StoppedRun run)
    {
        if (run.Elsewhere is not { } record)
        {
            report(StopErrors.NotForced(run, graceSeconds, "this process executes it."));
            return;
        }

        RunHistory history = record.History;
        ProcessRecord process = history.Read(store => store.Processes.Of(record.Id))!;
        if (WhyNot(process.Identity) is { } why)
        {
            report(StopErrors.NotForced(run, graceSeconds, why));
            return;
        }

        // Recorded before the kill: any process that finds the process gone, even a later one with the same number, then knows that it did not crash.
        NoteKill(history, process, string.Create(
            CultureInfo.InvariantCulture, $"Process {process.Identity.ProcessId} was ended by Stop-FlowRun -Force: '{run.Name}' had not stopped after {graceSeconds} second(s)."));
        if (!TryEnd(process.Identity))
        {
            NoteKill(history, process, reason: null);
            report(StopErrors.NotForced(run, graceSeconds, $"process {process.Identity.ProcessId} could not be ended."));
            return;
        }

        // A dead process holds its lock for a moment longer, and counts as alive until then.
        for (long begin = Stopwatch.GetTimestamp(); ; Thread.Sleep(LookEach))
        {
            CrashHooks.Sweep(cmdlet, history, isUrgent: true);
            run.LookAgain();
            if (run.IsOver || cmdlet.Stopping || Stopwatch.GetElapsedTime(begin) >= KillFor)
            {
                return;
            }
        }
    }

    private static string? WhyNot(ProcessIdentity process) => ProcessTable.Look(process) switch
    {
        _ when process.ProcessId == Environment.ProcessId && process.Space == ProcessSpace.Own => "this process executes it.",
        ProcessEvidence.Running or ProcessEvidence.Gone => null,
        ProcessEvidence.Unclear => $"process {process.ProcessId} cannot be inspected.",
        _ => $"process {process.ProcessId} of '{process.Machine}' cannot be reached from here.",
    };

    private static void NoteKill(RunHistory history, ProcessRecord process, string? reason) =>
        history.Change(store => store.Processes.NoteKill(process.Number, reason));

    /// <summary>Tells the process to end, and kills it if it does not. Processes that it started end with it.</summary>
    private static bool TryEnd(ProcessIdentity process)
    {
        if (IsThere(process) && ProcessGroup.TryAskToEnd(process.ProcessId) && IsGoneAfter(process, AskFor))
        {
            return true;
        }

        return !IsThere(process) || (ProcessGroup.TryKill(process.ProcessId) && IsGoneAfter(process, KillFor));
    }

    // Checked before each signal, because another process may have the id by then.
    private static bool IsThere(ProcessIdentity process) => ProcessTable.Look(process) == ProcessEvidence.Running;

    private static bool IsGoneAfter(ProcessIdentity process, TimeSpan time) => SpinWait.SpinUntil(
        () =>
        {
            Thread.Sleep(LookEach);
            return !IsThere(process);
        },
        time);
}
