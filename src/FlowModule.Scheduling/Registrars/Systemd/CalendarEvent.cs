using System.Globalization;
using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrars.Times;

namespace FlowModule.Scheduling.Registrars.Systemd;

/// <summary>Expresses schedules as calendar events, the time syntax of systemd's timers: with seconds, years, time zones, and the last days of a month.</summary>
internal static class CalendarEvent
{
    private const string Any = "*";
    private const int DaysOfWeek = 7;

    /// <summary>How far systemd counts back from the end of a month: the length of the shortest month.</summary>
    private const int MostFromEnd = 28;

    private static readonly string[] Weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    /// <summary>The events that occur exactly at the times of a schedule.</summary>
    /// <exception cref="InexpressibleException">There are none.</exception>
    internal static IReadOnlyList<string> Translate(FlowSchedule schedule, HostClock clock)
    {
        if (schedule is OnceSchedule once)
        {
            return [Once(once)];
        }

        // Elapsed time is regular in UTC, in summer and winter.
        bool isUtc = schedule is IntervalSchedule { Interval.Ticks: < TimeSpan.TicksPerDay };
        TimeZoneInfo zone = isUtc ? TimeZoneInfo.Utc : schedule.TimeZone;
        string suffix = isUtc ? " UTC" : schedule.TimeZone.Equals(clock.Zone) ? string.Empty : " " + IdOf(schedule.TimeZone);
        string[] events = [.. ScheduleRules.Of(schedule, zone, clock.Now).Select(Event)];
        Exactness.Prove(schedule, [.. events.Select(text => new CalendarTimes(text, zone))], clock.Now);
        return [.. events.Select(text => text + suffix)];
    }

    private static string Once(OnceSchedule once)
    {
        DateTimeOffset at = once.At.ToUniversalTime();
        return at.Ticks % TimeSpan.TicksPerSecond == 0
            ? at.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)
            : throw new InexpressibleException("It cannot express parts of a second.");
    }

    private static string Event(CalendarRule rule)
    {
        DayRule day = rule.Day;
        string weekdays = day.Weekdays.Length == DaysOfWeek ? string.Empty : string.Join(',', day.Weekdays.Select(number => Weekdays[number])) + " ";
        return $"{weekdays}*-{Set(CronField.Month, day.Months)}{DaysOf(day)} {Set(CronField.Hour, rule.Hours)}:{Set(CronField.Minute, rule.Minutes)}:{Set(CronField.Second, rule.Seconds)}";
    }

    private static string DaysOf(DayRule day)
    {
        if (day.Nth is null)
        {
            return day.BeforeLast is not { } before ? "-" + Set(CronField.Day, day.Days)
                : before < MostFromEnd ? $"~{before + 1:00}"
                : throw new InexpressibleException($"It counts at most {MostFromEnd} days back from the end of a month.");
        }

        // The second Monday is the Monday among the days 8 to 14; the last is among the last seven days.
        return !day.HasAllDays ? throw new InexpressibleException("It cannot express the first or last day of the week in a month that must also be a certain day of the month.")
            : day.Nth == 0 ? "~07/1"
            : "-" + Set(CronField.Day, [.. Enumerable.Range(((day.Nth.Value - 1) * DaysOfWeek) + 1, DaysOfWeek).Where(number => number <= CronField.Day.Last)]);
    }

    private static string Set(CronField field, int[] numbers) => field.Text(numbers) switch
    {
        Any => Any,
        _ => string.Join(',', Ranges(numbers)),
    };

    private static IEnumerable<string> Ranges(int[] numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            int from = i;
            while (i + 1 < numbers.Length && numbers[i + 1] == numbers[i] + 1)
            {
                i++;
            }

            yield return i == from ? $"{numbers[i]:00}" : $"{numbers[from]:00}..{numbers[i]:00}";
        }
    }

    private static string IdOf(TimeZoneInfo zone) => zone.HasIanaId ? zone.Id
        : TimeZoneInfo.TryConvertWindowsIdToIanaId(zone.Id, out string? id) ? id
        : throw new InexpressibleException($"It needs the IANA name of a time zone, and '{zone.Id}' has none.");
}
