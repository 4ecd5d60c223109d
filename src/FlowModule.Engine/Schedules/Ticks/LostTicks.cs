using FlowModule.Engine.Liveness;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>
/// Ticks whose process has died or has released them. A claim is not a beginning: a tick whose script was not started had no effect, so it is
/// free again and counts as missed. Any other tick has crashed. No gate is held: whether a process lives may take a moment to find out.
/// </summary>
/// <param name="history">The history.</param>
internal sealed class LostTicks(IStoreAccess history)
{
    private const int FailedExitCode = 1;

    /// <summary>The lost ones of ticks, in their order.</summary>
    internal IReadOnlyList<LostTick> Among(IReadOnlyList<SupervisedTick> ticks) => [.. ticks.Where(IsGone).Select(ToLost)];

    /// <summary>A tick as it is shown: Crashed if its process has died.</summary>
    internal TickRow AsSeen(SupervisedTick tick) => !IsGone(tick) ? tick.Tick
        : ToLost(tick).Crashed
            ?? tick.Tick with { State = StateType.Scheduled, StartTime = null, Message = "The process that had claimed it ended before it began, so it counts as missed." };

    /// <summary>A manual tick is never free: it belongs to no schedule, so nothing would make up for it.</summary>
    private LostTick ToLost(SupervisedTick tick) => new(tick.Tick, tick.Tick is { HasBegun: false, IsManual: false } ? null : AsCrashed(tick));

    /// <summary>Whether both the process that supervises a tick and the process of its script, which may live a little longer, are dead.</summary>
    private bool IsGone(SupervisedTick tick)
    {
        if (!tick.Tick.IsOpen || tick.Tick.IsOwn || (tick.Process is { } known && history.LivenessOf(known) is ProcessLiveness.Alive or ProcessLiveness.Unknown))
        {
            return false;
        }

        return tick.Tick.Script is not { } script || tick.Process is not { } process
            || ProcessTable.Look(process.Identity with { ProcessId = script.ProcessId, Birth = script.Birth }) != ProcessEvidence.Running;
    }

    private TickRow AsCrashed(SupervisedTick tick) => tick.Tick with
    {
        State = StateType.Crashed,
        StateName = null,
        ExitCode = FailedExitCode,
        EndTime = tick.Process?.EndTime ?? tick.Process?.Heartbeat ?? history.Clock.GetUtcNow(),
        Message = tick.Process is not { } process
            ? "The process that ran it has died."
            : CrashReason.Describe(process, history.LivenessOf(process), process.EndTime ?? process.Heartbeat),
    };
}
