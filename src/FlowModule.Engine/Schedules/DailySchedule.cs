namespace FlowModule.Engine.Schedules;

/// <summary>Every day, or every n-th day, at times of day.</summary>
internal sealed class DailySchedule(IReadOnlyList<TimeOnly> times, int interval, DateOnly start, TimeZoneInfo timeZone, TimeSpan jitter)
    : CalendarSchedule(times, start, timeZone, jitter)
{
    /// <summary>The number of days between occurrences.</summary>
    internal int Interval => interval;

    public override string Description => interval == 1 ? $"Daily at {TimesText}" : FormattableString.Invariant($"Every {interval} days from {Start:yyyy-MM-dd} at {TimesText}");

    private protected override DateOnly? FirstDay(DateOnly from)
    {
        long number = from <= Start ? Start.DayNumber : Start.DayNumber + (((from.DayNumber - Start.DayNumber) + (long)interval - 1) / interval * interval);
        return number <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber((int)number) : null;
    }

    private protected override DateOnly? LastDay(DateOnly upTo) =>
        upTo < Start ? null : Start.AddDays((upTo.DayNumber - Start.DayNumber) / interval * interval);
}
