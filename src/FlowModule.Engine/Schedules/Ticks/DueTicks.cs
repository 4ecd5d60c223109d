namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>What has come due of a flow since it was last seen to.</summary>
/// <param name="Run">The times that are to be run, the oldest first.</param>
/// <param name="Skipped">The last time that is left out for good, or null.</param>
/// <param name="Message">Why.</param>
internal sealed record DueTicks(IReadOnlyList<ScheduledTick> Run, DateTimeOffset? Skipped, string? Message)
{
    /// <summary>How late the scheduler may come to a time and still call it its own: it was busy. Later, it was not there: the machine slept, or it was off.</summary>
    internal static readonly TimeSpan BusyFor = TimeSpan.FromMinutes(1);

    /// <summary>A scheduler's timer may be that much too early.</summary>
    internal static readonly TimeSpan EarlyBy = TimeSpan.FromSeconds(1);

    /// <summary>What a process is to run that the machine's scheduler has started, which does not say for which time.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="known">What is known of its times.</param>
    /// <param name="now">The time now.</param>
    internal static DueTicks OfStart(ScheduledFlow flow, KnownTicks known, DateTimeOffset now) =>
        Of(flow, flow.SeenUpTo(known.Last, now), now, known.Free, EarlyBy);

    /// <param name="flow">The flow.</param>
    /// <param name="seen">All times up to here have been seen to.</param>
    /// <param name="now">The time now.</param>
    /// <param name="free">Times that were taken, have not begun, and are nobody's any more.</param>
    /// <param name="early">How much too early the clock may have waked it.</param>
    internal static DueTicks Of(ScheduledFlow flow, DateTimeOffset seen, DateTimeOffset now, IReadOnlyList<DateTimeOffset> free, TimeSpan early = default)
    {
        DateTimeOffset? latest = After(flow.Previous(now), seen) ?? After(flow.Previous(now + early), seen);
        bool isDue = latest is { } due && now - due <= BusyFor;
        MissedTicks missed = MissedTicks.Of(flow, seen, isDue ? latest!.Value : now.AddTicks(1), free);
        IEnumerable<ScheduledTick> run = missed.Run.Select(time => new ScheduledTick(time, IsMissed: true));
        return new DueTicks([.. isDue ? run.Append(new ScheduledTick(latest!.Value)) : run], missed.Skipped, missed.Message);
    }

    private static DateTimeOffset? After(DateTimeOffset? time, DateTimeOffset seen) => time > seen ? time : null;
}
