namespace FlowModule.Engine.Schedules;

/// <summary>On days of the week, every week or every n-th week, at times of day. Weeks begin on Sunday, as in Task Scheduler.</summary>
internal sealed class WeeklySchedule(
    IReadOnlyList<DayOfWeek> days, IReadOnlyList<TimeOnly> times, int interval, DateOnly start, TimeZoneInfo timeZone, TimeSpan jitter)
    : CalendarSchedule(times, start, timeZone, jitter)
{
    private const int DaysOfWeek = 7;

    private readonly DayOfWeek[] _days = [.. days.Distinct().Order()];

    internal IReadOnlyList<DayOfWeek> Days => _days;

    /// <summary>The number of weeks between occurrences.</summary>
    internal int Interval => interval;

    public override string Description => interval == 1
        ? $"Weekly on {string.Join(", ", _days)} at {TimesText}"
        : FormattableString.Invariant($"Every {interval} weeks from {Start:yyyy-MM-dd} on {string.Join(", ", _days)} at {TimesText}");

    private protected override DateOnly? FirstDay(DateOnly from)
    {
        from = from < Start ? Start : from;
        for (long number = from.DayNumber; number <= DateOnly.MaxValue.DayNumber; number = IsOn(number) ? number + 1 : Sunday(number) + DaysOfWeek)
        {
            if (IsOn(number) && _days.Contains(DateOnly.FromDayNumber((int)number).DayOfWeek))
            {
                return DateOnly.FromDayNumber((int)number);
            }
        }

        return null;
    }

    private protected override DateOnly? LastDay(DateOnly upTo)
    {
        for (long number = upTo.DayNumber; number >= Start.DayNumber; number = IsOn(number) ? number - 1 : Sunday(number) - 1)
        {
            if (IsOn(number) && _days.Contains(DateOnly.FromDayNumber((int)number).DayOfWeek))
            {
                return DateOnly.FromDayNumber((int)number);
            }
        }

        return null;
    }

    private bool IsOn(long day) => (Sunday(day) - Sunday(Start.DayNumber)) / DaysOfWeek % interval == 0;

    // Day 0, the first of January of the year 1, was a Monday.
    private static long Sunday(long day) => day - ((day + 1) % DaysOfWeek);
}
