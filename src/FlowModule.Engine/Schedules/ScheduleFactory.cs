using System.Globalization;

namespace FlowModule.Engine.Schedules;

/// <summary>Makes schedules of all kinds, from what people give for them.</summary>
/// <param name="cron">Reads cron expressions.</param>
internal sealed class ScheduleFactory(ICronParser cron)
{
    /// <summary>
    /// The day that is counted from where none is given. Always the same, so that two processes that read the same words agree; the first of a
    /// month, and of the week's last day.
    /// </summary>
    internal static readonly DateOnly DefaultStart = new(2000, 1, 1);

    // Enough to see how far apart its times are.
    private const int LookedAt = 50;

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>A time zone of the machine, by its IANA or Windows name.</summary>
    /// <exception cref="ScheduleException">It has none of that name.</exception>
    internal static TimeZoneInfo Zone(string id)
    {
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(id);
        }
        catch (Exception exception) when (exception is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException)
        {
            throw new ScheduleException(
                ScheduleFault.UnknownTimeZone, $"This machine has no time zone '{id}'. Names are such as UTC, Europe/Berlin or 'W. Europe Standard Time'.", exception);
        }
    }

    /// <summary>Sees that a schedule has a time that is still to come.</summary>
    /// <exception cref="ScheduleException">It has none.</exception>
    internal static FlowSchedule ThatFires(FlowSchedule schedule, DateTimeOffset now) => schedule.Next(now) is not null
        ? schedule
        : throw new ScheduleException(ScheduleFault.NeverFires, $"The schedule '{schedule}' ({schedule.TimeZone.Id}) never fires: it names no time that is still to come.");

    /// <exception cref="ScheduleException">It is no expression, or one that never occurs; or the jitter is negative, or too long.</exception>
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

    /// <param name="interval">The time from one to the next.</param>
    /// <param name="anchor">A time at which it occurs; null for midnight of the day that is counted from.</param>
    /// <param name="zone">The zone of its times.</param>
    /// <param name="jitter">By how much runs are put off at most.</param>
    /// <exception cref="ScheduleException">The interval is too short, or the jitter negative or too long.</exception>
    internal static FlowSchedule Every(TimeSpan interval, DateTimeOffset? anchor, TimeZoneInfo zone, TimeSpan jitter)
    {
        return interval >= ShortestInterval
            ? Checked(new IntervalSchedule(interval, anchor ?? WallClock.ToMoment(DefaultStart.ToDateTime(TimeOnly.MinValue), zone), zone, jitter))
            : throw Invalid($"An interval of {interval:c} is too short: the shortest is one second. Examples are 90s, 15m, 00:15 and 1.00:00:00.");
    }

    /// <exception cref="ScheduleException">The jitter is negative.</exception>
    internal static FlowSchedule Once(DateTimeOffset at, TimeZoneInfo zone, TimeSpan jitter) => Checked(new OnceSchedule(at, zone, jitter));

    /// <param name="times">Times of day.</param>
    /// <param name="interval">How many days from one to the next.</param>
    /// <param name="start">A day on which it occurs, and the first; null for the day that is counted from.</param>
    /// <param name="zone">The zone of its times.</param>
    /// <param name="jitter">By how much runs are put off at most.</param>
    /// <exception cref="ScheduleException">There is no time, or the interval is none, or the jitter negative or too long.</exception>
    internal static FlowSchedule Daily(IReadOnlyList<TimeOnly> times, int interval, DateOnly? start, TimeZoneInfo zone, TimeSpan jitter)
    {
        Check(times, interval, "days");
        return Checked(new DailySchedule(times, interval, start ?? DefaultStart, zone, jitter));
    }

    /// <param name="days">Days of the week.</param>
    /// <param name="times">Times of day.</param>
    /// <param name="interval">How many weeks from one to the next. Weeks begin on Sunday.</param>
    /// <param name="start">A day of a week in which it occurs, and the first on which it may; null for the day that is counted from.</param>
    /// <param name="zone">The zone of its times.</param>
    /// <param name="jitter">By how much runs are put off at most.</param>
    /// <exception cref="ScheduleException">There is no day or no time, or the interval is none, or the jitter negative or too long.</exception>
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
            throw Invalid("It needs a time of day at least, such as 06:00.");
        }

        if (interval < 1)
        {
            throw Invalid(string.Create(CultureInfo.InvariantCulture, $"Every {interval} {unit} is no interval: it is 1 or more."));
        }
    }

    /// <summary>Sees that the jitter puts no run off to the next, or further.</summary>
    private static FlowSchedule Checked(FlowSchedule schedule)
    {
        if (schedule.Jitter < TimeSpan.Zero)
        {
            throw Invalid($"A jitter of {schedule.Jitter:c} is none: runs are put off, and not moved forward.");
        }

        return schedule.Jitter > TimeSpan.Zero && ShortestGap(schedule) is { } gap && schedule.Jitter >= gap
            ? throw Invalid($"A jitter of {schedule.Jitter:c} is too long for the schedule '{schedule}': it has times that are {gap:c} apart, and the jitter must be shorter, so that no run is put off to the next.")
            : schedule;
    }

    /// <summary>The shortest time from one to the next; null where there is only one. Looked at from a fixed day: the same words are right or wrong whenever they are read.</summary>
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
