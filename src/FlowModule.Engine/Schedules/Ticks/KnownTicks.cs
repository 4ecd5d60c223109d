namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>What is known of the ticks of a flow's schedules.</summary>
/// <param name="Last">The last tick that is handled or has ended; null if there is none, or if it is not known.</param>
/// <param name="Free">Claimed ticks that have not begun and have no process any more: they were released, or their process has died.</param>
internal sealed record KnownTicks(DateTimeOffset? Last, IReadOnlyList<DateTimeOffset> Free)
{
    internal static readonly KnownTicks None = new(Last: null, []);
}
