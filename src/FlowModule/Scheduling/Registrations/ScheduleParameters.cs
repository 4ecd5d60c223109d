using System.Management.Automation;
using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Registrations;

/// <summary>Creates a schedule from the parameters of New-FlowSchedule, from a PowerShell call or from a comment of a script.</summary>
/// <param name="given">The given parameters by name, with converted values. May contain other parameters.</param>
internal sealed class ScheduleParameters(IReadOnlyDictionary<string, object> given)
{
    internal const string Cron = "Cron";
    internal const string Every = "Every";
    internal const string Anchor = "Anchor";
    internal const string At = "At";
    internal const string Daily = "Daily";
    internal const string Weekly = "Weekly";
    internal const string DaysInterval = "DaysInterval";
    internal const string DaysOfWeek = "DaysOfWeek";
    internal const string WeeksInterval = "WeeksInterval";
    internal const string TimeZone = "TimeZone";
    internal const string Jitter = "Jitter";

    /// <summary>The parameter that selects each kind of schedule, and the parameters of that kind. -At alone is the last.</summary>
    private static readonly (string Kind, string[] Others)[] Kinds =
    [
        (Cron, []),
        (Every, [Anchor]),
        (Daily, [At, DaysInterval, Anchor]),
        (Weekly, [At, DaysOfWeek, WeeksInterval, Anchor]),
        (At, []),
    ];

    private static readonly string[] Names = [Cron, Every, Anchor, At, Daily, Weekly, DaysInterval, DaysOfWeek, WeeksInterval];

    /// <summary>The types of the parameters.</summary>
    internal static IReadOnlyDictionary<string, Type> Types { get; } = new Dictionary<string, Type>(StringComparer.OrdinalIgnoreCase)
    {
        [Cron] = typeof(string),
        [Every] = typeof(TimeSpan),
        [Anchor] = typeof(object),
        [At] = typeof(object[]),
        [Daily] = typeof(SwitchParameter),
        [Weekly] = typeof(SwitchParameter),
        [DaysInterval] = typeof(int),
        [DaysOfWeek] = typeof(DayOfWeek[]),
        [WeeksInterval] = typeof(int),
        [TimeZone] = typeof(string),
        [Jitter] = typeof(TimeSpan),
    };

    /// <summary>Whether any parameter defines a time; the others only set details.</summary>
    internal bool SayWhen => Types.Keys.Any(given.ContainsKey);

    /// <summary>The schedule.</summary>
    /// <param name="now">The current time, if a time may have no date; null if it must have one.</param>
    /// <exception cref="ScheduleException">The parameters are invalid.</exception>
    internal FlowSchedule Make(DateTimeOffset? now)
    {
        string kind = Kind();
        TimeZoneInfo zone = given.TryGetValue(TimeZone, out object? id) ? ScheduleFactory.Zone((string)id) : TimeZoneInfo.Local;
        TimeSpan jitter = Get(Jitter, TimeSpan.Zero);
        DateOnly? today = now is { } time ? DateOnly.FromDateTime(WallClock.ToWall(time, zone)) : null;
        DateTimeOffset? anchor = given.TryGetValue(Anchor, out object? start) ? MomentOf(start, zone, today) : null;
        DateOnly? day = anchor is { } moment ? DateOnly.FromDateTime(WallClock.ToWall(moment, zone)) : null;
        object[] times = Get<object[]>(At, []);
        return kind switch
        {
            Cron => new ScheduleFactory(CronExpressions.Parser).Cron((string)given[Cron], zone, jitter),
            Every => ScheduleFactory.Every((TimeSpan)given[Every], anchor, zone, jitter),
            Daily => ScheduleFactory.Daily([.. times.Select(value => TimeOf(value, zone))], Get(DaysInterval, 1), day, zone, jitter),
            Weekly => ScheduleFactory.Weekly(
                Get<DayOfWeek[]>(DaysOfWeek, []), [.. times.Select(value => TimeOf(value, zone))], Get(WeeksInterval, 1), day, zone, jitter),
            _ => times.Length == 1
                ? ScheduleFactory.Once(MomentOf(times[0], zone, today), zone, jitter)
                : throw Invalid("-At without -Daily or -Weekly takes one time. A flow may have several schedules."),
        };
    }

    /// <summary>The kind, checked for parameters of other kinds. In PowerShell, parameter sets do this.</summary>
    private string Kind()
    {
        (string kind, string[] others) = Kinds.FirstOrDefault(kind => given.ContainsKey(kind.Kind));
        return kind is null ? throw Invalid("It has no time: use -Cron, -Every, -At, -Daily or -Weekly.")
            : Names.FirstOrDefault(name => name != kind && !others.Contains(name) && given.ContainsKey(name)) is { } wrong ? throw Invalid($"-{wrong} cannot be used with -{kind}.")
            : kind;
    }

    private T Get<T>(string name, T otherwise) => given.TryGetValue(name, out object? value) ? (T)value : otherwise;

    private static TimeOnly TimeOf(object value, TimeZoneInfo zone) => Bare(value) switch
    {
        TimeOnly time => Whole(time),
        TimeSpan time when time >= TimeSpan.Zero && time < TimeSpan.FromDays(1) => Whole(TimeOnly.FromTimeSpan(time)),
        DateTime { Kind: DateTimeKind.Utc } time => Whole(TimeOnly.FromDateTime(WallClock.ToWall(new DateTimeOffset(time), zone))),
        DateTime time => Whole(TimeOnly.FromDateTime(time)),
        DateTimeOffset time => Whole(TimeOnly.FromDateTime(WallClock.ToWall(time, zone))),
        string text => TimeText.TimeOfDay(text),
        var other => throw Invalid($"'{other}' is not a time of day. Examples are 3am, 06:00 and 18:30:15."),
    };

    private static DateTimeOffset MomentOf(object value, TimeZoneInfo zone, DateOnly? today) => Bare(value) switch
    {
        DateTimeOffset time => time,
        DateTime { Kind: DateTimeKind.Utc } time => new DateTimeOffset(time),
        DateTime time => WallClock.ToMoment(time, zone),
        string text => TimeText.Moment(text, zone, today),
        var other => throw Invalid($"'{other}' is not a time. Examples are 06:00, '2027-01-31 06:00' and 2027-01-31T06:00:00+01:00."),
    };

    // A time from a clock has fractions of a second that nobody intends.
    private static TimeOnly Whole(TimeOnly time) => new(time.Hour, time.Minute, time.Second);

    private static object Bare(object value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static ScheduleException Invalid(string message) => new(ScheduleFault.Invalid, message);
}
