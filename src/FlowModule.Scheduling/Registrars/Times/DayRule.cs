namespace FlowModule.Scheduling.Registrars.Times;

/// <summary>Days of the calendar: those that match all of these conditions.</summary>
internal sealed record DayRule
{
    internal static readonly DayRule EachDay = new();

    /// <summary>Months.</summary>
    internal int[] Months { get; init; } = CronField.Month.All;

    /// <summary>Days of the month.</summary>
    internal int[] Days { get; init; } = CronField.Day.All;

    /// <summary>The number of days before the last day of the month, or null. Then <see cref="Days"/> contains all days.</summary>
    internal int? BeforeLast { get; init; }

    /// <summary>Days of the week; 0 is Sunday.</summary>
    internal int[] Weekdays { get; init; } = CronField.Weekday.All;

    /// <summary>Which occurrence of the day of the week in the month, from 1; 0 for the last; or null.</summary>
    internal int? Nth { get; init; }

    internal bool HasAllMonths => Months.Length == 12;

    internal bool HasAllDays => Days.Length == 31 && BeforeLast is null;

    internal bool HasAllWeekdays => Weekdays.Length == 7 && Nth is null;
}

/// <summary>Times of day on days of the calendar.</summary>
/// <param name="Day">The days.</param>
/// <param name="Hours">The hours.</param>
/// <param name="Minutes">The minutes of each of them.</param>
/// <param name="Seconds">The seconds of each of those.</param>
internal sealed record CalendarRule(DayRule Day, int[] Hours, int[] Minutes, int[] Seconds)
{
    internal IEnumerable<TimeOnly> Times => from hour in Hours from minute in Minutes from second in Seconds select new TimeOnly(hour, minute, second);

    internal bool HasTimesOf(CalendarRule other) =>
        Hours.SequenceEqual(other.Hours) && Minutes.SequenceEqual(other.Minutes) && Seconds.SequenceEqual(other.Seconds);

    /// <summary>Groups times of day into as few rules as possible.</summary>
    internal static IEnumerable<CalendarRule> Group(DayRule day, IEnumerable<TimeOnly> times)
    {
        var hours = from time in times.Distinct()
                    group time.Hour by (time.Minute, time.Second) into minute
                    select (minute.Key.Minute, minute.Key.Second, Hours: minute.Order().ToArray());
        return from minute in hours
               group minute.Minute by (Hours: string.Join(',', minute.Hours), minute.Second) into rule
               select new CalendarRule(day, [.. rule.Key.Hours.Split(',').Select(hour => CronField.Hour.Number(hour))], [.. rule.Order()], [rule.Key.Second]);
    }
}
