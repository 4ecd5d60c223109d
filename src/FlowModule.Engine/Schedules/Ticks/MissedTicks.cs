namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>What becomes of the times at which nothing ran.</summary>
/// <param name="Run">The times to be made up for, the oldest first.</param>
/// <param name="Skipped">The last time that is left out for good, or null.</param>
/// <param name="Message">Why that one is left out, with how many others.</param>
internal sealed record MissedTicks(IReadOnlyList<DateTimeOffset> Run, DateTimeOffset? Skipped, string? Message)
{
    /// <summary>How many times are made up for at the most: the latest.</summary>
    internal const int Most = 1000;

    internal static readonly MissedTicks None = new([], Skipped: null, Message: null);

    /// <summary>The times between two others, both excluded, and those that are free.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="seen">The time up to which all have been seen to.</param>
    /// <param name="before">The time up to which is looked.</param>
    /// <param name="free">Times that were taken, have not begun, and are nobody's any more.</param>
    internal static MissedTicks Of(ScheduledFlow flow, DateTimeOffset seen, DateTimeOffset before, IReadOnlyList<DateTimeOffset> free)
    {
        var times = new List<DateTimeOffset>();
        for (DateTimeOffset? time = PreviousTo(flow, before); time is { } missed && missed > seen && times.Count <= Most; time = PreviousTo(flow, missed))
        {
            times.Add(missed);
        }

        if (free.Count > 0)
        {
            times = [.. times.Union(free.Where(time => time < before)).OrderDescending()];
        }

        if (times.Count == 0)
        {
            return None;
        }

        switch (flow.Missed)
        {
            case MissedRuns.Skip:
                return new MissedTicks([], times[0], Describe(times.Count));
            case MissedRuns.RunOnce:
                return new MissedTicks([times[0]], Skipped: null, Message: null);
            default:
                bool isTooMany = times.Count > Most;
                IEnumerable<DateTimeOffset> run = times.Take(Most).Reverse();
                return new MissedTicks([.. run], isTooMany ? times[Most] : null, isTooMany ? $"Missed: only the latest {Most} times are made up for, this one and those before it are not." : null);
        }
    }

    private static DateTimeOffset? PreviousTo(ScheduledFlow flow, DateTimeOffset time) => time > DateTimeOffset.MinValue ? flow.Previous(time.AddTicks(-1)) : null;

    private static string Describe(int count) => count == 1
        ? "Missed: nothing could run at this time."
        : $"Missed: nothing could run at this time and at {(count > Most ? $"{Most} or more" : count - 1)} before it.";
}
