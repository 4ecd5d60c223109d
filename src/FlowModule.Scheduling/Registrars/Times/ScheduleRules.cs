using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Registrars.Times;

/// <summary>Expresses schedules as days of the calendar and times of day, which is all that the machine's schedulers support.</summary>
internal static class ScheduleRules
{
    private const int MostTimes = 24 * 60 * 60;

    /// <summary>The rules of a schedule.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="zone">The zone of the scheduler's clock.</param>
    /// <param name="now">The time from which they must be correct.</param>
    /// <exception cref="InexpressibleException">There are none. <see cref="Exactness"/> decides whether existing rules are exact.</exception>
    internal static CalendarRule[] Of(FlowSchedule schedule, TimeZoneInfo zone, DateTimeOffset now) => schedule switch
    {
        CronSchedule cron => CronRules.Of(cron),
        DailySchedule { Interval: 1 } daily => [.. CalendarRule.Group(DayRule.EachDay, daily.Times)],
        WeeklySchedule { Interval: 1 } weekly => [.. CalendarRule.Group(new DayRule { Weekdays = [.. weekly.Days.Select(day => (int)day)] }, weekly.Times)],
        IntervalSchedule interval when TimeSpan.TicksPerDay % interval.Interval.Ticks == 0 => [.. CalendarRule.Group(DayRule.EachDay, TimesOf(interval, zone, now))],
        IntervalSchedule interval => throw new InexpressibleException(
            $"It needs the same times on all days, so an interval must divide a day, and {interval.Interval:c} does not."),
        OnceSchedule => throw new InexpressibleException("It cannot express a single time, because it has no years."),
        _ => throw new InexpressibleException("It cannot express intervals of several days or weeks."),
    };

    /// <summary>The times of day of an interval, on the first day of normal length.</summary>
    private static IEnumerable<TimeOnly> TimesOf(IntervalSchedule interval, TimeZoneInfo zone, DateTimeOffset now)
    {
        DateOnly day = DateOnly.FromDateTime(WallClock.ToWall(now > interval.Anchor ? now : interval.Anchor, zone)).AddDays(1);
        while (!Exactness.IsOrdinary(day, zone))
        {
            day = day.AddDays(1);
        }

        DateTimeOffset start = WallClock.ToMoment(day.ToDateTime(default), zone);
        DateTimeOffset? next = interval.Next(start.AddTicks(-1));
        for (int count = 0; next < start.AddDays(1) && count < MostTimes; count++, next = interval.Next(next.Value))
        {
            DateTime wall = WallClock.ToWall(next.Value, zone);
            yield return wall.Ticks % TimeSpan.TicksPerSecond == 0
                ? TimeOnly.FromDateTime(wall)
                : throw new InexpressibleException("It cannot express parts of a second.");
        }
    }
}
