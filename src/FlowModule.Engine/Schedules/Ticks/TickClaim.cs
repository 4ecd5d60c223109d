using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>The result of a claim of a tick.</summary>
/// <param name="Kind">What to do now.</param>
/// <param name="Tick">The tick; without a number if it could not be stored.</param>
/// <param name="Crashed">Ticks of the same flow that this claim found crashed: the claimer must report them.</param>
internal sealed record TickClaim(TickClaimKind Kind, TickRow Tick, IReadOnlyList<TickRow> Crashed);

internal enum TickClaimKind
{
    /// <summary>It can start.</summary>
    Started,

    /// <summary>Others come first.</summary>
    Waits,

    /// <summary>Another run is active, so this tick is skipped.</summary>
    Skipped,

    /// <summary>Another process has claimed it before.</summary>
    AlreadyTaken,
}
