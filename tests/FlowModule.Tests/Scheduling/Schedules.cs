using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrars;
using FlowModule.Scheduling.Registrations;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Tests.Scheduling;

/// <summary>Schedules and related objects for tests.</summary>
internal static class Schedules
{
    internal static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 30, 27, TimeSpan.Zero);
    internal static readonly DateTimeOffset Anchor = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    internal static readonly DateOnly Start = new(2000, 1, 1);
    internal static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    internal static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    internal static HostClock Clock(TimeZoneInfo? zone = null) => new(new FakeTimeProvider(Now), zone ?? TimeZoneInfo.Local);

    internal static FlowSchedule Cron(string expression, TimeZoneInfo? zone = null) =>
        new CronSchedule(expression, CronExpressions.Parser.Parse(expression), zone ?? TimeZoneInfo.Local, TimeSpan.Zero);

    internal static FlowSchedule Every(TimeSpan interval, TimeZoneInfo? zone = null, DateTimeOffset? anchor = null) =>
        new IntervalSchedule(interval, anchor ?? WallClock.ToMoment(Start.ToDateTime(default), zone ?? TimeZoneInfo.Local), zone ?? TimeZoneInfo.Local, TimeSpan.Zero);

    internal static FlowSchedule Daily(string times, int interval = 1, TimeZoneInfo? zone = null) =>
        new DailySchedule(Times(times), interval, Start, zone ?? TimeZoneInfo.Local, TimeSpan.Zero);

    internal static FlowSchedule Weekly(string times, int interval, params DayOfWeek[] days) =>
        new WeeklySchedule(days, Times(times), interval, Start, TimeZoneInfo.Local, TimeSpan.Zero);

    internal static FlowSchedule Once(DateTimeOffset at) => new OnceSchedule(at, TimeZoneInfo.Local, TimeSpan.Zero);

    internal static ScheduledFlow Flow(params FlowSchedule[] schedules) => new()
    {
        Name = "nightly",
        Path = "/flows/nightly.ps1",
        Schedules = schedules,
        WorkingDirectory = "/flows",
        LogPath = "/flows/nightly.log",
        Since = Now,
    };

    private static TimeOnly[] Times(string times) => [.. times.Split(',').Select(time => TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture))];
}
