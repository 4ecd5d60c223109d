using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrars.Times;

namespace FlowModule.Scheduling.Registrars.TaskScheduler;

/// <summary>Expresses schedules as triggers of Task Scheduler: daily and weekly intervals, days of months, and repetitions within a day.</summary>
internal static class TaskTriggers
{
    internal static readonly XNamespace Namespace = "http://schemas.microsoft.com/windows/2004/02/mit/task";

    private const int MostDays = 365;
    private const int MostWeeks = 52;
    private const int DaysOfWeek = 7;
    private const string Moment = "yyyy-MM-dd'T'HH:mm:ss";
    private const string Last = "Last";

    // A repetition ends before the next one would be due, whether the end itself counts or not.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRepetition = TimeSpan.FromDays(31);

    /// <summary>The triggers that fire exactly at the times of a schedule.</summary>
    /// <exception cref="InexpressibleException">There are none.</exception>
    internal static IReadOnlyList<XElement> Translate(FlowSchedule schedule, HostClock clock)
    {
        XElement[] triggers = schedule switch
        {
            OnceSchedule once => [Trigger("TimeTrigger", Utc(once.At), repetition: null)],
            IntervalSchedule { Interval.Ticks: < TimeSpan.TicksPerDay } interval => [Repeated(interval, clock)],
            IntervalSchedule { Interval: var interval, Anchor: var anchor } when interval.Ticks % TimeSpan.TicksPerDay == 0 =>
                Calendar(schedule, [TimeOnly.FromDateTime(WallClock.ToWall(anchor, schedule.TimeZone))], ByDay((int)interval.TotalDays), clock),
            IntervalSchedule interval => [Repeated(interval, clock)],
            DailySchedule daily => Calendar(daily, daily.Times, ByDay(daily.Interval), clock),
            WeeklySchedule weekly => Calendar(weekly, weekly.Times, ByWeek(weekly.Interval, weekly.Days.Select(day => (int)day)), clock),
            _ => [.. ScheduleRules.Of(schedule, clock.Zone, clock.Now).SelectMany(rule => Triggers(rule, clock))],
        };
        if (schedule is not OnceSchedule)
        {
            Exactness.Prove(schedule, [.. triggers.Select(trigger => new TaskTimes(trigger, clock.Zone))], clock.Now);
        }

        return triggers;
    }

    private static string Utc(DateTimeOffset moment) => moment.Ticks % TimeSpan.TicksPerSecond == 0
        ? moment.UtcDateTime.ToString(Moment, CultureInfo.InvariantCulture) + "Z"
        : throw new InexpressibleException("It cannot express parts of a second.");

    private static XElement Repeated(IntervalSchedule interval, HostClock clock)
    {
        if (interval.Interval.Ticks % TimeSpan.TicksPerMinute != 0 || interval.Interval > LongestRepetition)
        {
            throw new InexpressibleException($"It repeats at intervals of whole minutes, of at most {LongestRepetition.Days} days.");
        }

        // From now on, because earlier times would be made up for. In UTC, where hours stay regular when clocks are set.
        return Trigger("TimeTrigger", Utc(interval.Next(clock.Now)!.Value), Repetition(interval.Interval, duration: null));
    }

    /// <summary>A trigger for each time of day, from the first possible day.</summary>
    private static XElement[] Calendar(FlowSchedule schedule, IReadOnlyList<TimeOnly> times, XElement days, HostClock clock)
    {
        var starts = new Dictionary<TimeOnly, DateTime>();
        DateTimeOffset? next = schedule.Next(clock.Now);
        for (int i = 0; i < times.Count * DaysOfWeek && starts.Count < times.Count && next is not null; i++, next = schedule.Next(next.Value))
        {
            DateTime wall = WallClock.ToWall(next.Value, schedule.TimeZone);
            starts.TryAdd(TimeOnly.FromDateTime(wall), wall);
        }

        return [.. from time in times
                   where starts.ContainsKey(time)
                   select Trigger("CalendarTrigger", starts[time].ToString(Moment, CultureInfo.InvariantCulture), repetition: null, days)];
    }

    private static IEnumerable<XElement> Triggers(CalendarRule rule, HostClock clock)
    {
        XElement days = Days(rule.Day);
        return from times in Progressions(rule)
               select Trigger("CalendarTrigger", Start(times, clock), times.Length == 1 ? null : Repetition(times[1] - times[0], times[^1] - times[0] + Margin), days);
    }

    /// <summary>Groups times of day into the fewest series with a constant step.</summary>
    private static IEnumerable<TimeOnly[]> Progressions(CalendarRule rule)
    {
        TimeOnly[] all = [.. rule.Times.Order()];
        TimeOnly[][] byHour = [.. all.GroupBy(time => time.Hour).Select(group => group.ToArray())];
        TimeOnly[][] byMinute = [.. all.GroupBy(time => (time.Minute, time.Second)).Select(group => group.ToArray())];
        TimeOnly[][][] ways = [[all], byMinute, byHour];
        return ways.Where(way => way.All(IsProgression)).MinBy(way => way.Length) ?? all.Select(time => new[] { time });
    }

    private static bool IsProgression(TimeOnly[] times) =>
        times.Length == 1 || Enumerable.Range(1, times.Length - 1).All(i => times[i] - times[i - 1] == times[1] - times[0] && (times[1] - times[0]).Ticks % TimeSpan.TicksPerMinute == 0);

    /// <summary>
    /// The start of the trigger: today if some of the times are still to come, because its repetitions begin at the first time. Task Scheduler
    /// may then start the script for a time in the past; that start finds nothing due and ends.
    /// </summary>
    private static string Start(TimeOnly[] times, HostClock clock)
    {
        DateTime now = WallClock.ToWall(clock.Now, clock.Zone);
        DateTime start = now.Date + times[0].ToTimeSpan();
        return (now.Date + times[^1].ToTimeSpan() > now ? start : start.AddDays(1)).ToString(Moment, CultureInfo.InvariantCulture);
    }

    private static XElement Days(DayRule day)
    {
        if (day.BeforeLast > 0)
        {
            throw new InexpressibleException("It cannot express days counted from the end of a month, except the last.");
        }

        if (day.HasAllDays && day.HasAllMonths && day.Nth is null)
        {
            return day.HasAllWeekdays ? ByDay(1) : ByWeek(1, day.Weekdays);
        }

        if (day.HasAllWeekdays)
        {
            return Element("ScheduleByMonth", Element("DaysOfMonth", [.. Numbers(day).Select(number => Element("Day", number))]), Months(day));
        }

        if (!day.HasAllDays || day.Nth > 4)
        {
            throw new InexpressibleException("It cannot express days of the week that must also be certain days of the month, or a fifth Monday.");
        }

        string[] weeks = day.Nth switch
        {
            null => ["1", "2", "3", "4", Last],
            0 => [Last],
            var number => [number.Value.ToString(CultureInfo.InvariantCulture)],
        };
        return Element("ScheduleByMonthDayOfWeek", Element("Weeks", [.. weeks.Select(week => Element("Week", week))]), WeekdaysOf(day.Weekdays), Months(day));
    }

    private static IEnumerable<string> Numbers(DayRule day) => day.BeforeLast == 0 ? [Last] : day.Days.Select(number => number.ToString(CultureInfo.InvariantCulture));

    private static XElement ByDay(int interval) => interval <= MostDays
        ? Element("ScheduleByDay", Element("DaysInterval", interval))
        : throw new InexpressibleException($"It supports intervals of less than {MostDays} days.");

    private static XElement ByWeek(int interval, IEnumerable<int> days) => interval <= MostWeeks
        ? Element("ScheduleByWeek", Element("WeeksInterval", interval), WeekdaysOf(days))
        : throw new InexpressibleException($"It supports intervals of less than {MostWeeks} weeks.");

    private static XElement WeekdaysOf(IEnumerable<int> days) => Element("DaysOfWeek", [.. days.Select(day => Element(((DayOfWeek)day).ToString()))]);

    private static XElement Months(DayRule day) =>
        Element("Months", [.. day.Months.Select(month => Element(CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month)))]);

    private static XElement Trigger(string name, string start, XElement? repetition, XElement? days = null) =>
        Element(name, Element("StartBoundary", start), repetition!, days!);

    private static XElement Repetition(TimeSpan interval, TimeSpan? duration) => Element(
        "Repetition", Element("Interval", XmlConvert.ToString(interval)), (duration is { } length ? Element("Duration", XmlConvert.ToString(length)) : null)!);

    private static XElement Element(string name, params object[] content) => new(Namespace + name, content);
}
