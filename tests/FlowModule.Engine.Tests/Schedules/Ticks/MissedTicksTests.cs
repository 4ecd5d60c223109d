using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Engine.Tests.Schedules.Ticks;

/// <summary>What happens with missed ticks, and for which tick a process was started.</summary>
public sealed class MissedTicksTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_was_missed_when_the_last_time_is_known()
    {
        Assert.Equal(MissedTicks.None, MissedTicks.Of(Hourly(MissedRuns.RunAll), Midnight.AddHours(4), Midnight.AddHours(5), []));
    }

    [Fact]
    public void RunAll_makes_up_for_all_between_the_oldest_first()
    {
        MissedTicks missed = MissedTicks.Of(Hourly(MissedRuns.RunAll), Midnight, Midnight.AddHours(4), []);

        Assert.Equal([Midnight.AddHours(1), Midnight.AddHours(2), Midnight.AddHours(3)], missed.Run);
        Assert.Null(missed.Skipped);
    }

    [Fact]
    public void RunOnce_makes_up_for_the_latest()
    {
        Assert.Equal([Midnight.AddHours(3)], MissedTicks.Of(Hourly(MissedRuns.RunOnce), Midnight, Midnight.AddHours(4), []).Run);
    }

    [Fact]
    public void Skip_notes_the_latest_and_how_many_there_were()
    {
        MissedTicks missed = MissedTicks.Of(Hourly(MissedRuns.Skip), Midnight, Midnight.AddHours(4), []);

        Assert.Empty(missed.Run);
        Assert.Equal(Midnight.AddHours(3), missed.Skipped);
        Assert.Equal("Missed: nothing could run at this time and at 2 before it.", missed.Message);
    }

    /// <summary>Hours from midnight: the registration, the last known tick, now, and the moment up to which all were handled.</summary>
    [Theory]
    [InlineData(2.0, null, 4.0, 2.0)]
    [InlineData(2.0, 1.0, 4.0, 2.0)]
    [InlineData(2.0, 3.0, 4.0, 3.0)]
    [InlineData(2.0, 9.0, 4.0, 4.0 - (1.0 / 60))]
    [InlineData(9.0, null, 4.0, 4.0 - (1.0 / 60))]
    [InlineData(null, null, 4.0, 4.0)]
    [InlineData(null, 1.0, 4.0, 1.0)]
    [InlineData(null, 9.0, 4.0, 4.0 - (1.0 / 60))]
    public void What_was_to_run_before_the_registration_was_not_missed_and_no_time_is_seen_to_before_it_comes(double? since, double? last, double now, double expected)
    {
        DateTimeOffset seen = (Hourly(MissedRuns.Skip) with { Since = Hour(since) ?? default }).SeenUpTo(Hour(last), Midnight.AddHours(now));

        Assert.Equal(expected, (seen - Midnight).TotalHours, precision: 6);

        static DateTimeOffset? Hour(double? hour) => hour is { } hours ? Midnight.AddHours(hours) : null;
    }

    [Fact]
    public void A_flow_that_is_registered_at_its_time_runs_then()
    {
        ScheduledFlow flow = Hourly(MissedRuns.Skip) with { Since = Midnight };

        Assert.Equal("due 0", Text(DueTicks.OfStart(flow, KnownTicks.None, Midnight.AddSeconds(1))));
    }

    [Fact]
    public void No_more_than_a_thousand_are_made_up_for()
    {
        MissedTicks missed = MissedTicks.Of(Hourly(MissedRuns.RunAll), Midnight, Midnight.AddHours(5000), []);

        Assert.Equal(MissedTicks.Most, missed.Run.Count);
        Assert.Equal(Midnight.AddHours(4000), missed.Run[0]);
        Assert.Equal(Midnight.AddHours(4999), missed.Run[^1]);
        Assert.Equal(Midnight.AddHours(3999), missed.Skipped);
    }

    /// <summary>Started this number of seconds after an hour; the last known tick is one or two hours back.</summary>
    [Theory]
    [InlineData(MissedRuns.Skip, 0, 1, "due 0")]
    [InlineData(MissedRuns.Skip, 59, 1, "due 0")]
    [InlineData(MissedRuns.Skip, 30, 0, "")]
    [InlineData(MissedRuns.RunAll, 1800, 0, "")]
    [InlineData(MissedRuns.Skip, 1800, 1, "skip 0")]
    [InlineData(MissedRuns.RunOnce, 1800, 1, "missed 0")]
    [InlineData(MissedRuns.RunOnce, 1800, 3, "missed 0")]
    [InlineData(MissedRuns.RunAll, 1800, 3, "missed -2, missed -1, missed 0")]
    [InlineData(MissedRuns.RunAll, 1, 3, "missed -2, missed -1, due 0")]
    [InlineData(MissedRuns.Skip, 1, 3, "skip -1, due 0")]
    public void A_process_is_started_for_what_is_due_and_for_what_was_missed(MissedRuns missed, int secondsAfter, int hoursSince, string expected)
    {
        DueTicks due = DueTicks.OfStart(Hourly(missed), new KnownTicks(Midnight.AddHours(-hoursSince), []), Midnight.AddSeconds(secondsAfter));

        Assert.Equal(expected, Text(due));
    }

    /// <summary>Claimed ticks that never began are this number of hours back; the last one that began is three hours back. It is half an hour later, or a second.</summary>
    [Theory]
    [InlineData(MissedRuns.Skip, 1800, new[] { -5, -1 }, "skip 0")]
    [InlineData(MissedRuns.RunOnce, 1800, new[] { -5, -1 }, "missed 0")]
    [InlineData(MissedRuns.RunAll, 1800, new[] { -5, -1 }, "missed -5, missed -2, missed -1, missed 0")]
    [InlineData(MissedRuns.RunAll, 1, new[] { -5, 0 }, "missed -5, missed -2, missed -1, due 0")]
    [InlineData(MissedRuns.Skip, 1, new[] { 0 }, "skip -1, due 0")]
    public void What_was_taken_and_never_began_counts_as_missed(MissedRuns missed, int secondsAfter, int[] free, string expected)
    {
        var known = new KnownTicks(Midnight.AddHours(-3), [.. free.Select(hour => Midnight.AddHours(hour))]);

        Assert.Equal(expected, Text(DueTicks.OfStart(Hourly(missed), known, Midnight.AddSeconds(secondsAfter))));
    }

    [Fact]
    public void A_timer_that_is_a_little_early_means_the_time_to_come()
    {
        DueTicks due = DueTicks.OfStart(Hourly(MissedRuns.Skip), new KnownTicks(Midnight, []), Midnight.AddHours(1).AddMilliseconds(-20));

        Assert.Equal("due 1", Text(due));
    }

    [Fact]
    public void A_time_from_before_the_registration_is_not_due()
    {
        ScheduledFlow flow = Hourly(MissedRuns.RunAll) with { Since = Midnight.AddMinutes(10) };

        Assert.Equal("", Text(DueTicks.OfStart(flow, KnownTicks.None, Midnight.AddMinutes(20))));
    }

    [Fact]
    public void A_clock_that_was_ahead_once_keeps_nothing_from_running()
    {
        Assert.Equal("", Text(DueTicks.OfStart(Hourly(MissedRuns.Skip), new KnownTicks(Midnight.AddYears(1), []), Midnight.AddMinutes(30))));
        Assert.Equal("due 1", Text(DueTicks.OfStart(Hourly(MissedRuns.Skip), new KnownTicks(Midnight.AddYears(1), []), Midnight.AddHours(1).AddSeconds(2))));
        Assert.Equal("due 1", Text(DueTicks.OfStart(Hourly(MissedRuns.Skip) with { Since = Midnight.AddYears(1) }, KnownTicks.None, Midnight.AddHours(1).AddSeconds(2))));
        Assert.Equal("due 1", Text(DueTicks.OfStart(Hourly(MissedRuns.Skip), new KnownTicks(Midnight.AddYears(1), []), Midnight.AddHours(1).AddMilliseconds(-20))));
    }

    private static string Text(DueTicks due) => string.Join(", ", new[] { due.Skipped is { } skipped ? $"skip {(skipped - Midnight).TotalHours}" : null }
        .Concat(due.Run.Select(tick => $"{(tick.IsMissed ? "missed" : "due")} {(tick.Time - Midnight).TotalHours}")).Where(text => text is not null));

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
