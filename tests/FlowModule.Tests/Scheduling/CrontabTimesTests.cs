using FlowModule.Scheduling.Registrars;
using FlowModule.Scheduling.Registrars.Crontab;
using static FlowModule.Tests.Scheduling.Schedules;

namespace FlowModule.Tests.Scheduling;

/// <summary>The five fields of a schedule, and schedules that have none.</summary>
public sealed class CrontabTimesTests
{
    private static string Fields(FlowSchedule schedule, TimeZoneInfo? host = null) =>
        string.Join("; ", CrontabTimes.Translate(schedule, host ?? TimeZoneInfo.Local, Now));

    private static string Refusal(FlowSchedule schedule, TimeZoneInfo? host = null) =>
        Assert.Throws<InexpressibleException>(() => Fields(schedule, host)).Message;

    [Theory]
    [InlineData("0 3 * * 1-5", "0 3 * * 1-5")]
    [InlineData("*/15 * * * *", "*/15 * * * *")]
    [InlineData("0,15,30,45 8-18/2 * * *", "*/15 8,10,12,14,16,18 * * *")]
    [InlineData("0 22-3 * * *", "0 0-3,22,23 * * *")]
    [InlineData("30 4 1,15 JAN-MAR *", "30 4 1,15 1-3 *")]
    [InlineData("0 0 * * FRI-MON", "0 0 * * 0,1,5,6")]
    [InlineData("0 0 * * 7", "0 0 * * 0")]
    [InlineData("0 0 13 * 5", "0 0 13 * 5")]
    [InlineData("0 0 */2 * 1", "0 0 */2 * 1")]
    [InlineData("@daily", "0 0 * * *")]
    [InlineData("@hourly", "0 * * * *")]
    [InlineData("0 5 3 * * *", "5 3 * * *")]
    public void A_cron_expression_is_written_so_that_each_cron_reads_it(string expression, string fields) => Assert.Equal(fields, Fields(Cron(expression)));

    [Theory]
    [InlineData("30 0 3 * * *", "seconds")]
    [InlineData("0 0 L * *", "last day")]
    [InlineData("0 0 15W * *", "working day")]
    [InlineData("0 0 * * MON#2", "last day")]
    [InlineData("0 0 * * 5L", "last day")]
    public void What_cron_has_no_words_for_is_refused(string expression, string reason) => Assert.Contains(reason, Refusal(Cron(expression)), StringComparison.Ordinal);

    [Fact]
    public void Times_of_day_share_a_line_where_they_can()
    {
        Assert.Equal("0 6,18 * * *", Fields(Daily("06:00,18:00")));
        Assert.Equal("0 6 * * *; 30 18 * * *", Fields(Daily("06:00,18:30")));
        Assert.Equal("0,30 7 * * 1,3", Fields(Weekly("07:00,07:30", 1, DayOfWeek.Monday, DayOfWeek.Wednesday)));
    }

    [Theory]
    [InlineData(15, "*/15 * * * *")]
    [InlineData(60, "0 * * * *")]
    [InlineData(90, "0 */3 * * *; 30 1,4,7,10,13,16,19,22 * * *")]
    [InlineData(360, "0 */6 * * *")]
    [InlineData(1440, "0 0 * * *")]
    public void An_interval_that_divides_the_day_is_times_of_day(int minutes, string fields) =>
        Assert.Equal(fields, Fields(Every(TimeSpan.FromMinutes(minutes), TimeZoneInfo.Utc, Anchor), TimeZoneInfo.Utc));

    [Theory]
    [InlineData(7)]
    [InlineData(2880)]
    [InlineData(1000)]
    public void An_interval_that_does_not_divide_the_day_is_refused(int minutes) => Refusal(Every(TimeSpan.FromMinutes(minutes)));

    [Fact]
    public void Six_hours_that_really_pass_are_not_the_same_times_of_day_in_summer()
    {
        Assert.Contains("differ from those of the schedule", Refusal(Every(TimeSpan.FromHours(6), Berlin), Berlin), StringComparison.Ordinal);
        Assert.Equal("0 * * * *", Fields(Every(TimeSpan.FromHours(1), Berlin), Berlin));
    }

    [Fact]
    public void Another_time_zone_is_refused_unless_its_clock_is_the_same()
    {
        Assert.Contains("America/New_York", Refusal(Daily("03:00", 1, NewYork), Berlin), StringComparison.Ordinal);
        Assert.Equal("0 3 * * *", Fields(Daily("03:00", 1, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")), Berlin));
    }

    [Fact]
    public void Days_and_weeks_that_are_left_out_and_single_times_are_refused()
    {
        Refusal(Daily("03:00", 2));
        Refusal(Weekly("03:00", 2, DayOfWeek.Monday));
        Refusal(Once(Now.AddDays(10)));
        Refusal(Every(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void What_begins_later_is_refused_for_cron_begins_at_once() => Refusal(Every(TimeSpan.FromHours(1), TimeZoneInfo.Utc, Now.AddDays(30).AddMinutes(30).AddSeconds(-27).AddHours(-13)), TimeZoneInfo.Utc);
}
