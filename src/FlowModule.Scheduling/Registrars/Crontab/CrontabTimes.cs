using FlowModule.Scheduling.Registrars.Times;

namespace FlowModule.Scheduling.Registrars.Crontab;

/// <summary>The times at which cron starts a line, from its first five fields.</summary>
internal sealed class CrontabTimes : IHostTimes
{
    private readonly TimeOnly[] _times;
    private readonly int[] _days;
    private readonly int[] _months;
    private readonly int[] _weekdays;
    private readonly bool _isEither;

    /// <exception cref="FormatException">They are not five fields.</exception>
    private CrontabTimes(string fields, TimeZoneInfo zone)
    {
        Zone = zone;
        string[] parts = fields.Split(' ');
        if (parts.Length != 5)
        {
            throw new FormatException($"'{fields}' does not have five fields.");
        }

        _times = [.. from hour in CronField.Hour.Parse(parts[1]) from minute in CronField.Minute.Parse(parts[0]) select new TimeOnly(hour, minute)];
        _days = CronField.Day.Parse(parts[2]);
        _months = CronField.Month.Parse(parts[3]);
        _weekdays = CronField.Weekday.Parse(parts[4]);
        _isEither = parts[2][0] != '*' && parts[4][0] != '*';
    }

    public TimeZoneInfo Zone { get; }

    public IEnumerable<TimeOnly> On(DateOnly day)
    {
        bool isDay = _days.Contains(day.Day);
        bool isWeekday = _weekdays.Contains((int)day.DayOfWeek);
        return _months.Contains(day.Month) && (_isEither ? isDay || isWeekday : isDay && isWeekday) ? _times : [];
    }

    /// <summary>The fields of lines that start exactly at the times of a schedule.</summary>
    /// <exception cref="InexpressibleException">There are none.</exception>
    internal static IReadOnlyList<string> Translate(FlowSchedule schedule, TimeZoneInfo zone, DateTimeOffset now)
    {
        CalendarRule[] rules = ScheduleRules.Of(schedule, zone, now);
        string[] lines = rules is [var days, var weekdays] && days.HasTimesOf(weekdays) && days.Day.HasAllWeekdays && weekdays.Day.HasAllDays && !days.Day.HasAllDays && !weekdays.Day.HasAllWeekdays
            ? [Line(days with { Day = days.Day with { Weekdays = weekdays.Day.Weekdays, Nth = weekdays.Day.Nth } }, isEither: true)]
            : [.. rules.Select(rule => Line(rule, isEither: false))];
        Exactness.Prove(schedule, [.. lines.Select(line => new CrontabTimes(line, zone))], now);
        return lines;
    }

    private static string Line(CalendarRule rule, bool isEither)
    {
        DayRule day = rule.Day;
        if (rule.Seconds is not [0])
        {
            throw new InexpressibleException("It cannot express seconds.");
        }

        if (day.BeforeLast is not null || day.Nth is not null)
        {
            throw new InexpressibleException("It cannot express the last day of a month, or the first or last of its Mondays (L, #).");
        }

        string days = CronField.Day.Text(day.Days);
        string weekdays = CronField.Weekday.Text(day.Weekdays);

        // If both day fields are restricted, cron needs only one of them to match. It needs both only if one begins with a star.
        if (!isEither && days != "*" && weekdays != "*")
        {
            days = CronField.Day.Starred(day.Days) ?? days;
            weekdays = days[0] == '*' ? weekdays : CronField.Weekday.Starred(day.Weekdays) ?? throw new InexpressibleException("It cannot express days of the week that must also be certain days of the month.");
        }

        return $"{CronField.Minute.Text(rule.Minutes)} {CronField.Hour.Text(rule.Hours)} {days} {CronField.Month.Text(day.Months)} {weekdays}";
    }
}
