using FlowModule.Engine.Liveness;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>
/// Ticks whose process has died or has released them. A claim is not a beginning: a tick whose script was not started had no effect, so it is
/// free again and counts as missed. Any other tick has crashed. Members are called in a transaction of the store.
/// </summary>
/// <param name="history">The history.</param>
internal sealed class LostTicks(IStoreAccess history)
{
    private const int FailedExitCode = 1;

    /// <summary>Whether a tick is free. A manual tick never is: it belongs to no schedule, so nothing would make up for it.</summary>
    internal bool IsFree(IHistoryStore store, TickRow tick) => tick is { HasBegun: false, IsManual: false } && IsGone(store, tick);

    internal bool IsCrashed(IHistoryStore store, TickRow tick) => (tick.HasBegun || tick.IsManual) && IsGone(store, tick);

    /// <summary>The free ticks of a flow, in the order of their claims.</summary>
    internal IReadOnlyList<TickRow> Free(IHistoryStore store, string name) => [.. store.Schedules.Open(name).Where(tick => IsFree(store, tick))];

    /// <summary>Ends the ticks that have crashed, and returns those without a notification yet.</summary>
    internal IReadOnlyList<TickRow> End(IHistoryStore store, IReadOnlyList<TickRow> gone)
    {
        List<TickRow> crashed = [.. gone.Select(tick => AsCrashed(store, tick))];
        crashed.RemoveAll(tick => !store.Schedules.Change(tick));
        return crashed;
    }

    /// <summary>A tick as it is shown: Crashed if its process has died.</summary>
    internal TickRow AsSeen(IHistoryStore store, TickRow tick) => tick switch
    {
        { IsOpen: false } => tick,
        _ when IsFree(store, tick) => tick with { State = StateType.Scheduled, StartTime = null, Message = "The process that had claimed it ended before it began, so it counts as missed." },
        _ when IsCrashed(store, tick) => AsCrashed(store, tick),
        _ => tick,
    };

    /// <summary>Whether both the process that supervises a tick and the process of its script, which may live a little longer, are dead.</summary>
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
                ? "The process that ran it has died."
                : CrashReason.Describe(process, history.LivenessOf(process), process.EndTime ?? process.Heartbeat),
        };
    }
}
