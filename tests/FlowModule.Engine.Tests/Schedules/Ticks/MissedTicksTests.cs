using FlowModule.Engine;

namespace FlowModule.Tests.Schedules;

/// <summary>What becomes of times at which nothing could run, and which time a process was started for.</summary>
public sealed class MissedTicksTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_was_missed_when_the_last_time_is_known()
    {
        Assert.Equal(MissedTicks.None, MissedTicks.Of(Hourly(MissedRuns.RunAll), Midnight.AddHours(4), Midnight.AddHours(5)));
    }

    [Fact]
    public void RunAll_makes_up_for_all_between_the_oldest_first()
    {
        MissedTicks missed = MissedTicks.Of(Hourly(MissedRuns.RunAll), Midnight, Midnight.AddHours(4));

        Assert.Equal([Midnight.AddHours(1), Midnight.AddHours(2), Midnight.AddHours(3)], missed.Run);
        Assert.Null(missed.Skipped);
    }

    [Fact]
    public void RunOnce_makes_up_for_the_latest()
    {
        Assert.Equal([Midnight.AddHours(3)], MissedTicks.Of(Hourly(MissedRuns.RunOnce), Midnight, Midnight.AddHours(4)).Run);
    }

    [Fact]
    public void Skip_notes_the_latest_and_how_many_there_were()
    {
        MissedTicks missed = MissedTicks.Of(Hourly(MissedRuns.Skip), Midnight, Midnight.AddHours(4));

        Assert.Empty(missed.Run);
        Assert.Equal(Midnight.AddHours(3), missed.Skipped);
        Assert.Equal("Missed: nothing could run at this time and at 2 before it.", missed.Message);
    }

    [Fact]
    public void What_was_to_run_before_the_registration_was_not_missed()
    {
        ScheduledFlow flow = Hourly(MissedRuns.RunAll) with { Since = Midnight.AddHours(2) };

        Assert.Equal([Midnight.AddHours(3)], MissedTicks.Of(flow, last: null, Midnight.AddHours(4)).Run);
        Assert.Equal([Midnight.AddHours(3)], MissedTicks.Of(flow, Midnight, Midnight.AddHours(4)).Run);
    }

    [Fact]
    public void No_more_than_a_thousand_are_made_up_for()
    {
        MissedTicks missed = MissedTicks.Of(Hourly(MissedRuns.RunAll), Midnight, Midnight.AddHours(5000));

        Assert.Equal(MissedTicks.Most, missed.Run.Count);
        Assert.Equal(Midnight.AddHours(4000), missed.Run[0]);
        Assert.Equal(Midnight.AddHours(4999), missed.Run[^1]);
        Assert.Equal(Midnight.AddHours(3999), missed.Skipped);
    }

    [Theory]
    [InlineData(0, false, 0)]
    [InlineData(1800, false, 0)]
    [InlineData(30, true, 0)]
    [InlineData(90, true, 0)]
    [InlineData(1800, true, 1800)]
    [InlineData(1837, true, 1800)]
    public void A_process_is_started_for_the_last_time_unless_that_has_long_run(int secondsAfter, bool isTaken, int expected)
    {
        DateTimeOffset due = DueTick.Of(Hourly(MissedRuns.Skip), Midnight.AddSeconds(secondsAfter), time => isTaken && time == Midnight);

        Assert.Equal(Midnight.AddSeconds(expected), due);
    }

    [Fact]
    public void A_timer_that_is_a_little_early_means_the_time_to_come()
    {
        Assert.Equal(Midnight.AddHours(1), DueTick.Of(Hourly(MissedRuns.Skip), Midnight.AddHours(1).AddMilliseconds(-20), _ => true));
    }

    [Fact]
    public void A_time_from_before_the_registration_is_not_due()
    {
        ScheduledFlow flow = Hourly(MissedRuns.Skip) with { Since = Midnight.AddMinutes(10) };

        Assert.Equal(Midnight.AddMinutes(20), DueTick.Of(flow, Midnight.AddMinutes(20).AddSeconds(5), _ => false));
    }

    private static ScheduledFlow Hourly(MissedRuns missed) => new()
    {
        Name = "hourly",
        Path = "/x.ps1",
        WorkingDirectory = "/",
        LogPath = "/x.log",
        Schedules = [new IntervalSchedule(TimeSpan.FromHours(1), Midnight.AddYears(-1), TimeZoneInfo.Utc, TimeSpan.Zero)],
        Missed = missed,
        Since = Midnight.AddDays(-1),
    };
}
