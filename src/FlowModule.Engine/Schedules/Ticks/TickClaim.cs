namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>What became of the wish to run a time.</summary>
/// <param name="Kind">What is to be done now.</param>
/// <param name="Tick">The time; without a number when it could not be kept.</param>
/// <param name="Crashed">Times of the same flow whose process was found dead by this: nobody else is told of them.</param>
internal sealed record TickClaim(TickClaimKind Kind, TickRow Tick, IReadOnlyList<TickRow> Crashed);

internal enum TickClaimKind
{
    /// <summary>It can start.</summary>
    Started,

    /// <summary>Others come first.</summary>
    Waits,

    /// <summary>Another one runs, and it is left out.</summary>
    Skipped,

    /// <summary>Somebody has taken it before.</summary>
    AlreadyTaken,
}
