using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Liveness;
using FlowModule.History;
using FlowModule.Processes;

namespace FlowModule.Stopping;

/// <summary>Ends the process that executes a run which does not end. All runs of the process end with it, as Cancelled.</summary>
internal sealed class ForcedStop(PSCmdlet cmdlet, Action<FlowException> report, double graceSeconds)
{
    /// <summary>How long a process may take to end when it is asked to, before it is killed.</summary>
    private static readonly TimeSpan AskFor = TimeSpan.FromSeconds(5);

    /// <summary>How long the system may take to end a process that was killed.</summary>
    private static readonly TimeSpan KillFor = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookEach = TimeSpan.FromMilliseconds(50);

    /// <exception cref="HistoryException">The history cannot be read or written.</exception>
    internal void End(StoppedRun run)
    {
        if (run.Elsewhere is not { } record)
        {
            report(StopErrors.NotForced(run, graceSeconds, "it is this process that executes it."));
            return;
        }

        RunHistory history = record.History;
        ProcessRecord process = history.Read(store => store.Processes.Of(record.Id))!;
        if (WhyNot(process.Identity) is { } why)
        {
            report(StopErrors.NotForced(run, graceSeconds, why));
            return;
        }

        // Said before it is done: whoever finds the process gone, and be it this one's heir, knows that it was no crash.
        NoteKill(history, process, string.Create(
            CultureInfo.InvariantCulture, $"Process {process.Identity.ProcessId} was ended by Stop-FlowRun -Force: '{run.Name}' had not stopped after {graceSeconds} second(s)."));
        if (!TryEnd(process.Identity))
        {
            NoteKill(history, process, reason: null);
            report(StopErrors.NotForced(run, graceSeconds, $"process {process.Identity.ProcessId} could not be ended."));
            return;
        }

        // A process that is gone holds its lock for a moment more: as long as that, it counts as alive.
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
        _ when process.ProcessId == Environment.ProcessId && process.Space == ProcessSpace.Own => "it is this process that executes it.",
        ProcessEvidence.Running or ProcessEvidence.Gone => null,
        ProcessEvidence.Unclear => $"process {process.ProcessId} cannot be looked at.",
        _ => $"process {process.ProcessId} of '{process.Machine}' cannot be reached from here.",
    };

    private static void NoteKill(RunHistory history, ProcessRecord process, string? reason) =>
        history.Change(store => store.Processes.NoteKill(process.Number, reason));

    /// <summary>Asks the process to end, and kills it when it does not. What it has started ends with it.</summary>
    private static bool TryEnd(ProcessIdentity process)
    {
        if (IsThere(process) && ProcessGroup.TryAskToEnd(process.ProcessId) && IsGoneAfter(process, AskFor))
        {
            return true;
        }

        return !IsThere(process) || (ProcessGroup.TryKill(process.ProcessId) && IsGoneAfter(process, KillFor));
    }

    // Asked before each blow: another process may have the id by now.
    private static bool IsThere(ProcessIdentity process) => ProcessTable.Look(process) == ProcessEvidence.Running;

    private static bool IsGoneAfter(ProcessIdentity process, TimeSpan time) => SpinWait.SpinUntil(
        () =>
        {
            Thread.Sleep(LookEach);
            return !IsThere(process);
        },
        time);
}
