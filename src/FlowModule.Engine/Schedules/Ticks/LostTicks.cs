using FlowModule.Engine.History;
using FlowModule.Engine.Liveness;

namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>
/// Times whose process has died, or has given them back. A claim is not a beginning: a time whose script was not started has had no effect. It is
/// free again, whoever takes it, and counts as missed; any other has crashed. Members are called in a transaction of the store.
/// </summary>
/// <param name="history">The history.</param>
internal sealed class LostTicks(RunHistory history)
{
    private const int FailedExitCode = 1;

    /// <summary>Whether a time is free. One that a person wanted is none of the schedule's, and nobody would make up for it.</summary>
    internal bool IsFree(IHistoryStore store, TickRow tick) => tick is { HasBegun: false, IsManual: false } && IsGone(store, tick);

    internal bool IsCrashed(IHistoryStore store, TickRow tick) => (tick.HasBegun || tick.IsManual) && IsGone(store, tick);

    /// <summary>The times of a flow that are free, in the order in which they were taken.</summary>
    internal IReadOnlyList<TickRow> Free(IHistoryStore store, string name) => [.. store.Schedules.Open(name).Where(tick => IsFree(store, tick))];

    /// <summary>Ends the times that have crashed, and gives those that nobody has told of.</summary>
    internal IReadOnlyList<TickRow> End(IHistoryStore store, IReadOnlyList<TickRow> gone)
    {
        List<TickRow> crashed = [.. gone.Select(tick => AsCrashed(store, tick))];
        crashed.RemoveAll(tick => !store.Schedules.Change(tick));
        return crashed;
    }

    /// <summary>A time as it is to be shown: of those whose process has died it says so.</summary>
    internal TickRow AsSeen(IHistoryStore store, TickRow tick) => tick switch
    {
        { IsOpen: false } => tick,
        _ when IsFree(store, tick) => tick with { State = StateType.Scheduled, StartTime = null, Message = "The process that had taken it ended before it began: it counts as missed." },
        _ when IsCrashed(store, tick) => AsCrashed(store, tick),
        _ => tick,
    };

    /// <summary>Whether neither the process that sees to a time lives nor, as it may for a while, the one that the script runs in.</summary>
    private bool IsGone(IHistoryStore store, TickRow tick)
    {
        if (!tick.IsOpen || tick.IsOwn || history.IsAlive(store, tick.Process))
        {
            return false;
        }

        return tick.Script is not { } script || store.Processes.Find(tick.Process) is not { } process
            || ProcessTable.Look(process.Identity with { ProcessId = script.ProcessId, Birth = script.Birth }) != ProcessEvidence.Running;
    }

    private TickRow AsCrashed(IHistoryStore store, TickRow tick)
    {
        ProcessRecord? process = store.Processes.Find(tick.Process);
        return tick with
        {
            State = StateType.Crashed,
            StateName = null,
            ExitCode = FailedExitCode,
            EndTime = process?.EndTime ?? process?.Heartbeat ?? history.Time.GetUtcNow(),
            Message = process is null
                ? "The process that ran it is gone."
                : CrashSweep.Describe(process, history.LivenessOf(process), process.EndTime ?? process.Heartbeat),
        };
    }
}
