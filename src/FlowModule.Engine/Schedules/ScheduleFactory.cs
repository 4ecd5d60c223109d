using System.Globalization;

namespace FlowModule.Engine.Schedules;

/// <summary>Creates schedules of all kinds from user input.</summary>
internal sealed class ScheduleFactory(ICronParser cron)
{
    /// <summary>
    /// The default start of the count. It is constant, so that two processes with the same input agree. It is the first day of a
    /// month, and a Saturday, the last day of a week.
    /// </summary>
    internal static readonly DateOnly DefaultStart = new(2000, 1, 1);

    // Enough occurrences to find the shortest gap.
    private const int LookedAt = 50;

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>A time zone of the machine, by its IANA or Windows name.</summary>
    /// <exception cref="ScheduleException">The machine has no zone with this name.</exception>
    internal static TimeZoneInfo Zone(string id)
    {
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(id);
        }
        catch (Exception exception) when (exception is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException)
        {
            throw new ScheduleException(
                ScheduleFault.UnknownTimeZone, $"This machine has no time zone '{id}'. Examples are UTC, Europe/Berlin and 'W. Europe Standard Time'.", exception);
        }
    }

    /// <summary>Checks that a schedule has a future occurrence.</summary>
    /// <exception cref="ScheduleException">It has none.</exception>
    internal static FlowSchedule ThatFires(FlowSchedule schedule, DateTimeOffset now) => schedule.Next(now) is not null
        ? schedule
        : throw new ScheduleException(ScheduleFault.NeverFires, $"The schedule '{schedule}' ({schedule.TimeZone.Id}) never fires: it has no future occurrence.");

    /// <exception cref="ScheduleException">The expression is invalid or never occurs; or the jitter is negative or too long.</exception>
    internal FlowSchedule Cron(string expression, TimeZoneInfo zone, TimeSpan jitter)
    {
        ICronExpression[] parts;
        try
        {
            parts = cron.Parse(expression);
        }
        catch (ScheduleException exception) when (exception.Fault == ScheduleFault.Invalid)
        {
            throw Invalid($"'{expression}' is not a cron expression. {exception.Message}", exception);
        }

        return Checked(new CronSchedule(expression, parts, zone, jitter));
    }

    /// <param name="interval">The time between occurrences.</param>
    /// <param name="anchor">An occurrence; null for midnight of the default start.</param>
    /// <param name="zone">The zone of its times.</param>
    /// <param name="jitter">The longest delay of a run.</param>
    /// <exception cref="ScheduleException">The interval is too short, or the jitter is negative or too long.</exception>
    internal static FlowSchedule Every(TimeSpan interval, DateTimeOffset? anchor, TimeZoneInfo zone, TimeSpan jitter)
    {
        return interval >= ShortestInterval
            ? Checked(new IntervalSchedule(interval, anchor ?? WallClock.ToMoment(DefaultStart.ToDateTime(TimeOnly.MinValue), zone), zone, jitter))
            : throw Invalid($"An interval of {interval:c} is too short: the shortest is one second. Examples are 90s, 15m, 00:15 and 1.00:00:00.");
    }

    /// <exception cref="ScheduleException">The jitter is negative.</exception>
    internal static FlowSchedule Once(DateTimeOffset at, TimeZoneInfo zone, TimeSpan jitter) => Checked(new OnceSchedule(at, zone, jitter));

    /// <param name="times">Times of day.</param>
    /// <param name="interval">The number of days between occurrences.</param>
    /// <param name="start">The first day with an occurrence; null for the default start.</param>
    /// <param name="zone">The zone of its times.</param>
    /// <param name="jitter">The longest delay of a run.</param>
    /// <exception cref="ScheduleException">There is no time of day, the interval is less than 1, or the jitter is negative or too long.</exception>
    internal static FlowSchedule Daily(IReadOnlyList<TimeOnly> times, int interval, DateOnly? start, TimeZoneInfo zone, TimeSpan jitter)
    {
        Check(times, interval, "days");
        return Checked(new DailySchedule(times, interval, start ?? DefaultStart, zone, jitter));
    }

    /// <param name="days">Days of the week.</param>
    /// <param name="times">Times of day.</param>
    /// <param name="interval">The number of weeks between occurrences. Weeks begin on Sunday.</param>
    /// <param name="start">A day of a week with an occurrence, and the first possible day; null for the default start.</param>
    /// <param name="zone">The zone of its times.</param>
    /// <param name="jitter">The longest delay of a run.</param>
    /// <exception cref="ScheduleException">There is no day or time, the interval is less than 1, or the jitter is negative or too long.</exception>
    internal static FlowSchedule Weekly(
        IReadOnlyList<DayOfWeek> days, IReadOnlyList<TimeOnly> times, int interval, DateOnly? start, TimeZoneInfo zone, TimeSpan jitter)
    {
        Check(times, interval, "weeks");
        return days.Count > 0 && days.All(Enum.IsDefined)
            ? Checked(new WeeklySchedule(days, times, interval, start ?? DefaultStart, zone, jitter))
            : throw Invalid("A weekly schedule needs days of the week, such as Monday.");
    }

    private static void Check(IReadOnlyList<TimeOnly> times, int interval, string unit)
    {
        if (times.Count == 0)
        {
            throw Invalid("It needs at least one time of day, such as 06:00.");
        }

        if (interval < 1)
        {
            throw Invalid(string.Create(CultureInfo.InvariantCulture, $"Every {interval} {unit} is not an interval: it must be 1 or more."));
        }
    }

    /// <summary>Checks that the jitter is shorter than the gap between occurrences.</summary>
    private static FlowSchedule Checked(FlowSchedule schedule)
    {
        if (schedule.Jitter < TimeSpan.Zero)
        {
            throw Invalid($"A jitter of {schedule.Jitter:c} is invalid: a run can be delayed, but not moved forward.");
        }

        return schedule.Jitter > TimeSpan.Zero && ShortestGap(schedule) is { } gap && schedule.Jitter >= gap
            ? throw Invalid($"A jitter of {schedule.Jitter:c} is too long for the schedule '{schedule}': some of its occurrences are {gap:c} apart, and the jitter must be shorter.")
            : schedule;
    }

    /// <summary>The shortest gap between occurrences; null if there is only one. Computed from a fixed day, so that the result does not depend on the current time.</summary>
    private static TimeSpan? ShortestGap(FlowSchedule schedule)
    {
        TimeSpan? shortest = null;
        DateTimeOffset? last = schedule.Next(new DateTimeOffset(DefaultStart, TimeOnly.MinValue, TimeSpan.Zero));
        for (int i = 1; i < LookedAt && last is { } time; i++)
        {
            last = schedule.Next(time);
            shortest = last - time is { } gap && !(gap >= shortest) ? gap : shortest;
        }

        return shortest;
    }

    private static ScheduleException Invalid(string message, Exception? innerException = null) => new(ScheduleFault.Invalid, message, innerException);
}
