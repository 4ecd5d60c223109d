namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>What is known of the times of a flow's schedules.</summary>
/// <param name="Last">The last time that somebody sees to or that is over; null when there is none, or it cannot be told.</param>
/// <param name="Free">Times that were taken and have not begun, and that nobody sees to any more: they were given back, or their process has died.</param>
internal sealed record KnownTicks(DateTimeOffset? Last, IReadOnlyList<DateTimeOffset> Free)
{
    internal static readonly KnownTicks None = new(Last: null, []);
}
