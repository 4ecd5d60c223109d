using System.Globalization;
using FlowModule.Cronos;
using FlowModule.Engine.Schedules;

namespace FlowModule.Engine.Tests.Schedules;

/// <summary>Clock changes: the documented rules, one by one. ScheduleClockTests covers the rest.</summary>
public class ClockChangeTests
{
    [Theory]
    [InlineData("30 2 * * *", "2026-03-29T00:00+01:00", "2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00")] // left out: right after the jump
    [InlineData("15,45 2 * * *", "2026-03-29T00:00+01:00", "2026-03-29T03:00+02:00", "2026-03-30T02:15+02:00")] // and once
    [InlineData("*/30 * * * *", "2026-03-29T01:00+01:00", "2026-03-29T01:30+01:00", "2026-03-29T03:00+02:00", "2026-03-29T03:30+02:00")]
    [InlineData("47 * * * *", "2026-03-29T01:00+01:00", "2026-03-29T01:47+01:00", "2026-03-29T03:47+02:00")]
    [InlineData("30 2 * * *", "2026-10-25T00:00+02:00", "2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00")] // twice on the wall: the first
    [InlineData("30 2,3 * * *", "2026-10-25T02:30+02:00", "2026-10-25T03:30+01:00", "2026-10-26T02:30+01:00")]
    [InlineData("*/30 * * * *", "2026-10-25T02:00+02:00", "2026-10-25T02:30+02:00", "2026-10-25T02:00+01:00", "2026-10-25T02:30+01:00", "2026-10-25T03:00+01:00")]
    [InlineData("0-40/20 2 * * *", "2026-10-25T02:20+02:00", "2026-10-25T02:40+02:00", "2026-10-26T02:00+01:00")] // begins with no star
    [InlineData("*/20 2 * * *", "2026-10-25T02:40+02:00", "2026-10-25T02:00+01:00", "2026-10-25T02:20+01:00")]
    [InlineData("*/20 2 * * *", "2026-03-29T00:00+01:00", "2026-03-30T02:00+02:00")]
    public void Cron_keeps_to_the_rule_of_cron(string expression, string after, params string[] expected)
    {
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        Follow(new CronSchedule(expression, new CronosParser().Parse(expression), zone, TimeSpan.Zero), after, expected);
    }

    [Theory]
    [InlineData("1.00:00:00", "2026-03-28T12:00+01:00", "2026-03-29T12:00+02:00", "2026-03-30T12:00+02:00")] // days are the calendar's
    [InlineData("12:00:00", "2026-03-28T12:00+01:00", "2026-03-29T00:00+01:00", "2026-03-29T13:00+02:00")] // hours pass
    public void Intervals_of_days_keep_the_time_of_day(string interval, string anchor, params string[] expected)
    {
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        Follow(ScheduleFactory.Every(TimeSpan.Parse(interval, CultureInfo.InvariantCulture), Moment(anchor), zone, TimeSpan.Zero), anchor, expected);
    }

    [Fact]
    public void A_day_that_never_was_is_made_up_for_when_the_next_begins()
    {
        // Samoa crossed the date line: after 29 December 2011 came the 31st.
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById("Pacific/Apia");
        FlowSchedule schedule = ScheduleFactory.Daily([new TimeOnly(6, 0), new TimeOnly(18, 0)], 1, start: null, zone, TimeSpan.Zero);
        Follow(schedule, "2011-12-29T06:00-10:00", "2011-12-29T18:00-10:00", "2011-12-31T00:00+14:00", "2011-12-31T06:00+14:00");
    }

    [Fact]
    public void A_clock_set_back_over_midnight_has_shown_the_day_before()
    {
        // Egypt: on the last Thursday of October 24:00 becomes 23:00.
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById("Africa/Cairo");
        FlowSchedule schedule = ScheduleFactory.Daily([new TimeOnly(23, 30), new TimeOnly(0, 30)], 1, start: null, zone, TimeSpan.Zero);
        Follow(schedule, "2026-10-29T12:00+03:00", "2026-10-29T23:30+03:00", "2026-10-30T00:30+02:00");
    }

    private static void Follow(FlowSchedule schedule, string after, params string[] expected)
    {
        DateTimeOffset time = Moment(after);
        for (int i = 0; i < expected.Length; i++)
        {
            DateTimeOffset next = schedule.Next(time)!.Value;
            Assert.Equal(expected[i], next.ToString("yyyy-MM-ddTHH:mmzzz", CultureInfo.InvariantCulture));
            Assert.Equal(next, schedule.Previous(next));
            if (i > 0)
            {
                Assert.Equal(time, schedule.Previous(next.AddTicks(-1)));
            }

            time = next;
        }
    }

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
