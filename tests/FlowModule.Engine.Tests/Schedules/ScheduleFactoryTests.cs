using System.Globalization;
using FlowModule.Cronos;
using FlowModule.Engine.Schedules;

namespace FlowModule.Engine.Tests.Schedules;

public class ScheduleFactoryTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly TimeOnly Six = new(6, 0);

    public static TheoryData<string, Func<FlowSchedule>> Wrong => new()
    {
        { "too short", () => ScheduleFactory.Every(TimeSpan.Zero, anchor: null, Berlin, TimeSpan.Zero) },
        { "too short", () => ScheduleFactory.Every(TimeSpan.FromMilliseconds(999), anchor: null, Berlin, TimeSpan.Zero) },
        { "too short", () => ScheduleFactory.Every(TimeSpan.FromHours(-1), anchor: null, Berlin, TimeSpan.Zero) },
        { "jitter", () => ScheduleFactory.Every(TimeSpan.FromHours(1), anchor: null, Berlin, TimeSpan.FromTicks(-1)) },
        { "jitter", () => ScheduleFactory.Once(DateTimeOffset.UnixEpoch, Berlin, TimeSpan.FromTicks(-1)) },
        { "jitter", () => new ScheduleFactory(new CronosParser()).Cron("@daily", Berlin, TimeSpan.FromTicks(-1)) },
        { "01:00:00 apart", () => ScheduleFactory.Every(TimeSpan.FromHours(1), anchor: null, Berlin, TimeSpan.FromHours(1)) },
        { "00:05:00 apart", () => new ScheduleFactory(new CronosParser()).Cron("0,55 3,4 * * 1", Berlin, TimeSpan.FromMinutes(30)) },
        { "1.00:00:00 apart", () => ScheduleFactory.Daily([Six], 1, start: null, Berlin, TimeSpan.FromDays(2)) },
        { "00:01:00 apart", () => ScheduleFactory.Weekly([DayOfWeek.Monday], [Six, Six.AddMinutes(1)], 4, new DateOnly(2031, 1, 1), Berlin, TimeSpan.FromMinutes(1)) },
        { "time of day", () => ScheduleFactory.Daily([], 1, start: null, Berlin, TimeSpan.Zero) },
        { "Every 0 days", () => ScheduleFactory.Daily([Six], 0, start: null, Berlin, TimeSpan.Zero) },
        { "Every -1 weeks", () => ScheduleFactory.Weekly([DayOfWeek.Monday], [Six], -1, start: null, Berlin, TimeSpan.Zero) },
        { "days of the week", () => ScheduleFactory.Weekly([], [Six], 1, start: null, Berlin, TimeSpan.Zero) },
        { "days of the week", () => ScheduleFactory.Weekly([(DayOfWeek)9], [Six], 1, start: null, Berlin, TimeSpan.Zero) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_out_of_range_is_refused(string said, Func<FlowSchedule> make)
    {
        var thrown = Assert.Throws<ScheduleException>(make);
        Assert.Equal(ScheduleFault.Invalid, thrown.Fault);
        Assert.Contains(said, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_jitter_is_shorter_than_the_time_to_the_next_where_there_is_one()
    {
        Assert.Equal(TimeSpan.FromMinutes(59), ScheduleFactory.Every(TimeSpan.FromHours(1), anchor: null, Berlin, TimeSpan.FromMinutes(59)).Jitter);
        Assert.Equal(TimeSpan.FromHours(23), new ScheduleFactory(new CronosParser()).Cron("@daily", Berlin, TimeSpan.FromHours(23)).Jitter);
        Assert.Equal(TimeSpan.FromDays(99), ScheduleFactory.Once(Moment("2031-01-01T00:00Z"), Berlin, TimeSpan.FromDays(99)).Jitter);
    }

    [Fact]
    public void A_zone_that_the_machine_does_not_know_is_named()
    {
        var thrown = Assert.Throws<ScheduleException>(() => ScheduleFactory.Zone("Europe/Bärlin"));
        Assert.Equal(ScheduleFault.UnknownTimeZone, thrown.Fault);
        Assert.Contains("'Europe/Bärlin'", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(Berlin.BaseUtcOffset, ScheduleFactory.Zone("W. Europe Standard Time").BaseUtcOffset);
    }

    [Fact]
    public void One_that_is_past_never_fires()
    {
        FlowSchedule schedule = ScheduleFactory.Once(Moment("2026-01-01T00:00Z"), Berlin, TimeSpan.Zero);
        Assert.Same(schedule, ScheduleFactory.ThatFires(schedule, Moment("2025-12-31T23:59Z")));
        var thrown = Assert.Throws<ScheduleException>(() => ScheduleFactory.ThatFires(schedule, Moment("2026-01-01T00:00Z")));
        Assert.Equal(ScheduleFault.NeverFires, thrown.Fault);
        Assert.Contains("At 2026-01-01 01:00:00", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_counted_has_the_same_beginning_in_all_processes()
    {
        DateTimeOffset now = Moment("2026-11-24T12:00+01:00");
        Assert.Equal(Moment("2026-11-24T12:15+01:00"), ScheduleFactory.Every(TimeSpan.FromMinutes(15), anchor: null, Berlin, TimeSpan.Zero).Next(now));
        Assert.Equal(Moment("2026-11-26T06:00+01:00"), ScheduleFactory.Daily([Six], 2, start: null, Berlin, TimeSpan.Zero).Next(now));
        Assert.Equal(Moment("2026-12-07T06:00+01:00"), ScheduleFactory.Weekly([DayOfWeek.Monday], [Six], 2, start: null, Berlin, TimeSpan.Zero).Next(now));
    }

    [Theory]
    [InlineData("3am", "03:00:00")]
    [InlineData("3 PM", "15:00:00")]
    [InlineData("06:00", "06:00:00")]
    [InlineData("6:05:07", "06:05:07")]
    [InlineData("0:00", "00:00:00")]
    public void Times_of_day_are_as_people_write_them(string text, string expected) =>
        Assert.Equal(expected, TimeText.TimeOfDay(text).ToString("HH:mm:ss", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("")]
    [InlineData("25:00")]
    [InlineData("noon")]
    [InlineData("2027-01-31 06:00")]
    [InlineData("2027-01-31T06:00:00Z")]
    public void What_is_no_time_of_day_is_refused(string text) =>
        Assert.Equal(ScheduleFault.Invalid, Assert.Throws<ScheduleException>(() => TimeText.TimeOfDay(text)).Fault);

    [Theory]
    [InlineData("2027-01-31 06:00", "2027-01-31T06:00:00+01:00")]
    [InlineData("2027-07-31 06:00", "2027-07-31T06:00:00+02:00")]
    [InlineData("2027-03-28 02:30", "2027-03-28T03:00:00+02:00")]
    [InlineData("2027-01-31", "2027-01-31T00:00:00+01:00")]
    [InlineData("2027-01-31T06:00:00Z", "2027-01-31T06:00:00+00:00")]
    [InlineData("2027-01-31 06:00 -05:00", "2027-01-31T06:00:00-05:00")]
    [InlineData("18:30", "2026-11-24T18:30:00+01:00")]
    public void Moments_are_those_of_the_zone_unless_they_say_otherwise(string text, string expected) =>
        Assert.Equal(expected, TimeText.Moment(text, Berlin, new DateOnly(2026, 11, 24)).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture));

    [Fact]
    public void A_time_without_its_day_is_refused_where_it_would_be_another_each_day() =>
        Assert.Contains("has no date", Assert.Throws<ScheduleException>(() => TimeText.Moment("18:30", Berlin, today: null)).Message, StringComparison.Ordinal);

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
