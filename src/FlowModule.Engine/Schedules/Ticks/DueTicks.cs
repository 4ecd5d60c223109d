namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>The ticks of a flow that have become due since it was last handled.</summary>
/// <param name="Run">The ticks to run, the oldest first.</param>
/// <param name="Skipped">The last tick that is skipped for good, or null.</param>
/// <param name="Message">The reason.</param>
internal sealed record DueTicks(IReadOnlyList<ScheduledTick> Run, DateTimeOffset? Skipped, string? Message)
{
    /// <summary>The ticks for a process that the machine's scheduler has started without saying for which tick.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="known">What is known of its ticks.</param>
    /// <param name="now">The current time.</param>
    internal static DueTicks OfStart(ScheduledFlow flow, KnownTicks known, DateTimeOffset now) =>
        Of(flow, flow.SeenUpTo(known.Last, now), now, known.Free, ScheduledFlow.EarlyBy);

    /// <param name="flow">The flow.</param>
    /// <param name="seen">The moment up to which all ticks have been handled.</param>
    /// <param name="now">The current time.</param>
    /// <param name="free">Claimed ticks that have not begun and have no process any more.</param>
    /// <param name="early">How much too early the timer may have fired.</param>
    internal static DueTicks Of(ScheduledFlow flow, DateTimeOffset seen, DateTimeOffset now, IReadOnlyList<DateTimeOffset> free, TimeSpan early = default)
    {
        DateTimeOffset? latest = After(flow.Previous(now), seen) ?? After(flow.Previous(now + early), seen);
        bool isDue = latest is { } due && now - due <= ScheduledFlow.BusyFor;
        MissedTicks missed = MissedTicks.Of(flow, seen, isDue ? latest!.Value : now.AddTicks(1), free);
        IEnumerable<ScheduledTick> run = missed.Run.Select(time => new ScheduledTick(time, IsMissed: true));
        return new DueTicks([.. isDue ? run.Append(new ScheduledTick(latest!.Value)) : run], missed.Skipped, missed.Message);
    }

    private static DateTimeOffset? After(DateTimeOffset? time, DateTimeOffset seen) => time > seen ? time : null;
}
