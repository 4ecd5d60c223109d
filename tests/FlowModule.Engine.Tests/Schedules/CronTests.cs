using FlowModule.Cronos;
using FlowModule.Engine.Schedules;

namespace FlowModule.Engine.Tests.Schedules;

/// <summary>The meaning of cron expressions, and the errors of invalid ones.</summary>
public class CronTests
{
    private static readonly CronosParser Parser = new();

    [Theory]
    [InlineData("0 3 * * 1-5", "2026-11-02 03:00", "2026-11-03 03:00", "2026-11-04 03:00", "2026-11-05 03:00", "2026-11-06 03:00", "2026-11-09 03:00")]
    [InlineData("0 0 13 * 5", "2026-11-06 00:00", "2026-11-13 00:00", "2026-11-20 00:00", "2026-11-27 00:00", "2026-12-04 00:00", "2026-12-11 00:00", "2026-12-13 00:00")] // either
    [InlineData("0 0 */10 * 1", "2026-12-21 00:00", "2027-01-11 00:00")] // both, for one begins with a star
    [InlineData("0 0 13 * ?", "2026-11-13 00:00", "2026-12-13 00:00")]
    [InlineData("0 0 30 2 1", "2027-02-01 00:00", "2027-02-08 00:00")] // of the two one never comes
    [InlineData("0 0 L * *", "2026-11-30 00:00", "2026-12-31 00:00")]
    [InlineData("0 0 LW * *", "2026-11-30 00:00", "2026-12-31 00:00", "2027-01-29 00:00")]
    [InlineData("0 0 * * 5#2", "2026-11-13 00:00", "2026-12-11 00:00")]
    [InlineData("0 0 * * FRIL", "2026-11-27 00:00", "2026-12-25 00:00")]
    [InlineData("0 0 29 2 *", "2028-02-29 00:00", "2032-02-29 00:00")]
    [InlineData("0 0 1 JAN,jul THU", "2027-01-01 00:00", "2027-01-07 00:00")]
    [InlineData("0 0 * * 7", "2026-11-01 00:00", "2026-11-08 00:00")]
    [InlineData("@daily", "2026-11-01 00:00", "2026-11-02 00:00")]
    [InlineData("@WEEKLY", "2026-11-01 00:00", "2026-11-08 00:00")]
    [InlineData("@monthly", "2026-11-01 00:00", "2026-12-01 00:00")]
    [InlineData("@yearly", "2027-01-01 00:00", "2028-01-01 00:00")]
    [InlineData("  5\t4  *  *   *  ", "2026-11-01 04:05", "2026-11-02 04:05")]
    [InlineData("30 15 10 1 11 *", "2026-11-01 10:15:30", "2027-11-01 10:15:30")]
    public void Expressions_occur_when_cron_says_they_do(string expression, params string[] expected)
    {
        CronSchedule schedule = Schedule(expression);
        DateTimeOffset time = Utc("2026-10-31 23:59:59");
        foreach (string one in expected)
        {
            time = schedule.Next(time)!.Value;
            Assert.Equal(Utc(one), time);
            Assert.Equal(time, schedule.Previous(time));
            Assert.Equal(time, schedule.Previous(time.AddSeconds(1)));
        }
    }

    [Fact]
    public void What_comes_seldom_is_found_in_both_directions()
    {
        // A 29 February that is a Sunday, before and after 2100, which has none.
        CronSchedule schedule = Schedule("0 0 29 2 */7");
        Assert.Equal(Utc("2032-02-29 00:00"), schedule.Next(Utc("2004-02-29 00:00")));
        Assert.Equal(Utc("2004-02-29 00:00"), schedule.Previous(Utc("2032-02-28 00:00")));
        Assert.Equal(Utc("2088-02-29 00:00"), schedule.Previous(Utc("2127-12-31 00:00")));
    }

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6 *")]
    [InlineData("0 0 0 31 11 ?")]
    public void One_that_never_occurs_is_refused(string expression)
    {
        var thrown = Assert.Throws<ScheduleException>(() => Parser.Parse(expression));
        Assert.Equal(ScheduleFault.NeverFires, thrown.Fault);
        Assert.Contains(expression, thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "0 fields")]
    [InlineData("* * *", "3 fields")]
    [InlineData("* * * * * * *", "7 fields")]
    [InlineData("60 * * * *", "Its minute '60'")]
    [InlineData("0 24 * * *", "Its hour '24'")]
    [InlineData("0 0 32 * *", "Its day of the month '32'")]
    [InlineData("0 0 * 13 *", "Its month '13'")]
    [InlineData("0 0 * * 8", "Its day of the week '8'")]
    [InlineData("0 0 * * MONDAY", "Its day of the week 'MONDAY'")]
    [InlineData("x 0 0 * * *", "Its second 'x'")]
    [InlineData("H 3 * * *", "-Jitter")]
    [InlineData("0 h/2 * * *", "Its hour 'h/2'")]
    [InlineData("@reboot", "when the machine starts")]
    [InlineData("@sometimes", "@daily")]
    [InlineData("@daily 5", "@daily")]
    public void What_is_no_expression_is_refused_with_the_field_that_is_wrong(string expression, string said)
    {
        var thrown = Assert.Throws<ScheduleException>(() => new ScheduleFactory(Parser).Cron(expression, TimeZoneInfo.Utc, TimeSpan.Zero));
        Assert.Equal(ScheduleFault.Invalid, thrown.Fault);
        Assert.Contains(said, thrown.Message, StringComparison.Ordinal);
        Assert.StartsWith($"'{expression}' is not a cron expression. ", thrown.Message, StringComparison.Ordinal);
    }

    private static CronSchedule Schedule(string expression) => new(expression, Parser.Parse(expression), TimeZoneInfo.Utc, TimeSpan.Zero);

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text + "Z", System.Globalization.CultureInfo.InvariantCulture);
}
