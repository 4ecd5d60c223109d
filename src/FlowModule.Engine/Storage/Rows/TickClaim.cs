namespace FlowModule.Engine.Storage.Rows;

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

/// <summary>What a process claims: ticks of one flow, all or none.</summary>
/// <param name="Name">The name of the registration.</param>
/// <param name="Ticks">The ticks, without numbers.</param>
/// <param name="MultipleInstances">The rule about other ticks of the flow that wait or run; the claimed ones do not count among these.</param>
/// <param name="MakesUpForAll">Whether one missed tick makes up for all before it.</param>
/// <param name="Lost">The ticks of the flow that the claimer found without their process.</param>
internal sealed record TickRequest(
    string Name, IReadOnlyList<TickRow> Ticks, MultipleInstances MultipleInstances, bool MakesUpForAll, IReadOnlyList<LostTick> Lost);
