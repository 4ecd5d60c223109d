namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>What happens with missed ticks.</summary>
/// <param name="Run">The ticks to make up for, the oldest first.</param>
/// <param name="Skipped">The last tick that is skipped for good, or null.</param>
/// <param name="Message">Why it is skipped, and how many others.</param>
internal sealed record MissedTicks(IReadOnlyList<DateTimeOffset> Run, DateTimeOffset? Skipped, string? Message)
{
    /// <summary>How many ticks are made up for at most: the latest ones.</summary>
    internal const int Most = 1000;

    internal static readonly MissedTicks None = new([], Skipped: null, Message: null);

    /// <summary>Decides about the ticks between two moments, both excluded, and the free ones.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="seen">The moment up to which all ticks have been handled.</param>
    /// <param name="before">The end of the period.</param>
    /// <param name="free">Claimed ticks that have not begun and have no process any more.</param>
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
                return new MissedTicks([.. run], isTooMany ? times[Most] : null, isTooMany ? $"Missed: only the latest {Most} occurrences are made up for; this one and earlier ones are not." : null);
        }
    }

    private static DateTimeOffset? PreviousTo(ScheduledFlow flow, DateTimeOffset time) => time > DateTimeOffset.MinValue ? flow.Previous(time.AddTicks(-1)) : null;

    private static string Describe(int count) => count == 1
        ? "Missed: nothing could run at this time."
        : $"Missed: nothing could run at this time and at {(count > Most ? $"{Most} or more" : count - 1)} before it.";
}
