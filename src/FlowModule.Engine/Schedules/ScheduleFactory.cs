using System.Globalization;

namespace FlowModule.Engine;

/// <summary>Makes schedules of all kinds, from what people give for them.</summary>
/// <param name="cron">Reads cron expressions.</param>
internal sealed class ScheduleFactory(ICronParser cron)
{
    /// <summary>
    /// The day that is counted from where none is given. Always the same, so that two processes that read the same words agree; the first of a
    /// month, and of the week's last day.
    /// </summary>
    internal static readonly DateOnly DefaultStart = new(2000, 1, 1);

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

    /// <exception cref="ScheduleException">It is no expression, or one that never occurs.</exception>
    internal FlowSchedule Cron(string expression, TimeZoneInfo zone, TimeSpan jitter)
    {
        CheckJitter(jitter);
        try
        {
            return new CronSchedule(expression, cron.Parse(expression), zone, jitter);
        }
        catch (ScheduleException exception) when (exception.Fault == ScheduleFault.Invalid)
        {
            throw Invalid($"'{expression}' is no cron expression. {exception.Message}", exception);
        }
    }

    /// <param name="interval">The time from one to the next.</param>
    /// <param name="anchor">A time at which it occurs; null for midnight of the day that is counted from.</param>
    /// <param name="zone">The zone of its times.</param>
    /// <param name="jitter">By how much runs are put off at most.</param>
    /// <exception cref="ScheduleException">The interval is too short.</exception>
    internal static FlowSchedule Every(TimeSpan interval, DateTimeOffset? anchor, TimeZoneInfo zone, TimeSpan jitter)
    {
        CheckJitter(jitter);
        return interval >= ShortestInterval
            ? new IntervalSchedule(interval, anchor ?? WallClock.ToMoment(DefaultStart.ToDateTime(TimeOnly.MinValue), zone), zone, jitter)
            : throw Invalid($"An interval of {interval:c} is too short: from one time to the next there is a second at least. Intervals are hours, minutes and seconds, as in 00:15 or 1.00:00:00.");
    }

    /// <exception cref="ScheduleException">The jitter is negative.</exception>
    internal static FlowSchedule Once(DateTimeOffset at, TimeZoneInfo zone, TimeSpan jitter)
    {
        CheckJitter(jitter);
        return new OnceSchedule(at, zone, jitter);
    }

    /// <param name="times">Times of day.</param>
    /// <param name="interval">How many days from one to the next.</param>
    /// <param name="start">A day on which it occurs, and the first; null for the day that is counted from.</param>
    /// <param name="zone">The zone of its times.</param>
    /// <param name="jitter">By how much runs are put off at most.</param>
    /// <exception cref="ScheduleException">There is no time, or the interval is none.</exception>
    internal static FlowSchedule Daily(IReadOnlyList<TimeOnly> times, int interval, DateOnly? start, TimeZoneInfo zone, TimeSpan jitter)
    {
        Check(times, interval, "days", jitter);
        return new DailySchedule(times, interval, start ?? DefaultStart, zone, jitter);
    }

    /// <param name="days">Days of the week.</param>
    /// <param name="times">Times of day.</param>
    /// <param name="interval">How many weeks from one to the next. Weeks begin on Sunday.</param>
    /// <param name="start">A day of a week in which it occurs, and the first on which it may; null for the day that is counted from.</param>
    /// <param name="zone">The zone of its times.</param>
    /// <param name="jitter">By how much runs are put off at most.</param>
    /// <exception cref="ScheduleException">There is no day or no time, or the interval is none.</exception>
    internal static FlowSchedule Weekly(
        IReadOnlyList<DayOfWeek> days, IReadOnlyList<TimeOnly> times, int interval, DateOnly? start, TimeZoneInfo zone, TimeSpan jitter)
    {
        Check(times, interval, "weeks", jitter);
        return days.Count > 0 && days.All(Enum.IsDefined)
            ? new WeeklySchedule(days, times, interval, start ?? DefaultStart, zone, jitter)
            : throw Invalid("A weekly schedule needs days of the week, such as Monday.");
    }

    private static void Check(IReadOnlyList<TimeOnly> times, int interval, string unit, TimeSpan jitter)
    {
        CheckJitter(jitter);
        if (times.Count == 0)
        {
            throw Invalid("It needs a time of day at least, such as 06:00.");
        }

        if (interval < 1)
        {
            throw Invalid(string.Create(CultureInfo.InvariantCulture, $"Every {interval} {unit} is no interval: it is 1 or more."));
        }
    }

    private static void CheckJitter(TimeSpan jitter)
    {
        if (jitter < TimeSpan.Zero)
        {
            throw Invalid($"A jitter of {jitter:c} is none: runs are put off, and not moved forward.");
        }
    }

    private static ScheduleException Invalid(string message, Exception? innerException = null) => new(ScheduleFault.Invalid, message, innerException);
}
