using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Serving;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Schedules.Serving;

public class FlowSchedulerTests
{
    private static readonly DateTimeOffset Noon = SchedulerRig.Start;

    [Fact]
    public async Task Each_flow_starts_at_its_times_and_only_then()
    {
        using var rig = new SchedulerRig();
        rig.Serve(SchedulerRig.Flow("five", SchedulerRig.Every(5)), SchedulerRig.Flow("seven", SchedulerRig.Every(7)));
        _ = rig.Run();
        var expected = new List<(string, DateTimeOffset)>();
        for (int second = 10; second <= 60 * 36; second += 10)
        {
            rig.Pass(TimeSpan.FromSeconds(10));
            DateTimeOffset now = Noon.AddSeconds(second);
            foreach ((string name, int minutes) in new[] { ("five", 5), ("seven", 7) })
            {
                if (second % (minutes * 60) == 0)
                {
                    expected.Add((name, now));
                }
            }
        }

        Wait.Until(() => rig.Started.Count >= expected.Count);
        await rig.End();
        Assert.Equal(expected.Order(), rig.Started.Select(start => (start.Name, start.Tick.Time)).Order());
    }

    [Fact]
    public async Task A_flow_that_comes_later_is_served_at_once_and_one_that_is_gone_no_more()
    {
        using var rig = new SchedulerRig();
        rig.Serve(SchedulerRig.Flow("slow", SchedulerRig.Every(60)));
        _ = rig.Run();
        rig.Serve(SchedulerRig.Flow("quick", SchedulerRig.Every(0.25)));
        rig.Pass(TimeSpan.FromSeconds(15));
        Assert.Equal(("quick", new ScheduledTick(Noon.AddSeconds(15))), rig.NextStart());
        rig.Serve();
        Assert.Null(rig.Scheduler.Next);
        rig.Pass(TimeSpan.FromHours(2));
        await rig.End();
        Assert.Empty(rig.Started);
        Assert.Equal(["serving slow", "removed slow", "serving quick", "removed quick"], rig.Said);
    }

    [Fact]
    public async Task A_paused_flow_runs_at_none_of_its_times_and_what_it_missed_in_the_pause_is_not_made_up_for()
    {
        using var rig = new SchedulerRig();
        ScheduledFlow flow = SchedulerRig.Flow("a", SchedulerRig.Every(10), MissedRuns.RunAll, Noon);
        rig.Serve(flow with { Paused = Noon });
        _ = rig.Run();
        rig.Pass(TimeSpan.FromMinutes(35));
        Assert.Null(rig.Scheduler.Next);
        rig.Serve(flow with { Since = Noon.AddMinutes(35) });
        rig.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(("a", new ScheduledTick(Noon.AddMinutes(40))), rig.NextStart());
        await rig.End();
        Assert.Empty(rig.Started);
        Assert.Empty(rig.Skips);
    }

    [Fact]
    public void What_the_machine_starts_for_a_paused_flow_finds_nothing_due()
    {
        ScheduledFlow flow = SchedulerRig.Flow("a", SchedulerRig.Every(10), MissedRuns.RunAll, Noon);
        Assert.NotEmpty(DueTicks.OfStart(flow, KnownTicks.None, Noon.AddMinutes(30)).Run);

        DueTicks due = DueTicks.OfStart(flow with { Paused = Noon }, KnownTicks.None, Noon.AddMinutes(30));

        Assert.Empty(due.Run);
        Assert.Null(due.Skipped);
    }

    [Fact]
    public async Task A_changed_schedule_counts_from_now_and_an_unchanged_one_goes_on()
    {
        using var rig = new SchedulerRig();
        rig.Serve(SchedulerRig.Flow("a", SchedulerRig.Every(10)), SchedulerRig.Flow("b", SchedulerRig.Every(10)));
        _ = rig.Run();
        rig.Pass(TimeSpan.FromSeconds(20));
        rig.Serve(SchedulerRig.Flow("a", SchedulerRig.Every(1)), SchedulerRig.Flow("b", SchedulerRig.Every(10)));
        Assert.Equal(["serving a", "serving b", "changed a"], rig.Said);
        rig.Pass(TimeSpan.FromSeconds(20));
        rig.Pass(TimeSpan.FromSeconds(20));
        Assert.Equal(("a", new ScheduledTick(Noon.AddMinutes(1))), rig.NextStart());
        await rig.End();
        Assert.Empty(rig.Started);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_starts_nothing_twice()
    {
        using var rig = new SchedulerRig();
        rig.Serve(SchedulerRig.Flow("a", SchedulerRig.Every(1)));
        _ = rig.Run();
        rig.Pass(TimeSpan.FromSeconds(30));
        rig.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(Noon.AddMinutes(1), rig.NextStart().Tick.Time);

        rig.Time.AdjustTime(Noon.AddSeconds(20));
        rig.Pass(TimeSpan.FromSeconds(30));
        rig.Pass(TimeSpan.FromSeconds(30));
        rig.Pass(TimeSpan.FromSeconds(30));
        await rig.End();
        Assert.Empty(rig.Started);
    }

    [Fact]
    public async Task No_more_run_at_once_than_may()
    {
        using var rig = new SchedulerRig(throttleLimit: 2);
        using var gate = new SemaphoreSlim(0);
        rig.Body = gate.WaitAsync;
        rig.Serve([.. Enumerable.Range(0, 5).Select(i => SchedulerRig.Flow($"f{i}", SchedulerRig.Every(0.5)))]);
        _ = rig.Run();
        rig.Pass(TimeSpan.FromSeconds(30));
        rig.NextStart();
        rig.NextStart();
        Assert.Equal(2, rig.Scheduler.Running);
        Assert.Empty(rig.Started);
        gate.Release();
        rig.NextStart();
        gate.Release(4);
        rig.NextStart();
        rig.NextStart();
        await rig.End();
        Assert.Equal(5, rig.Ends.Count);
    }

    [Fact]
    public async Task Draining_waits_for_what_runs_and_starts_nothing_more()
    {
        using var rig = new SchedulerRig(throttleLimit: 1);
        var gate = new TaskCompletionSource();
        rig.Body = _ => gate.Task;
        rig.Serve(SchedulerRig.Flow("a", SchedulerRig.Every(0.5)), SchedulerRig.Flow("b", SchedulerRig.Every(0.5)));
        Task run = rig.Run(TimeSpan.FromSeconds(60));
        rig.Pass(TimeSpan.FromSeconds(30));
        rig.NextStart();
        rig.Telling = 3;
        rig.Drain();
        Wait.Until(() => rig.Said.Contains("draining 1, telling 3"));
        Assert.False(run.IsCompleted);
        gate.SetResult();
        await run.WaitAsync(Wait.Limit);
        Assert.Equal(StateType.Completed, Assert.Single(rig.Ends).State);
        Assert.Empty(rig.Started);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_runs_is_stopped_when_the_grace_period_is_over_or_nobody_waits(bool isCancelled)
    {
        using var rig = new SchedulerRig();
        rig.Body = async stop =>
        {
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Wait.Until(() => rig.Said.Contains("stopping 1"));
            stop.ThrowIfCancellationRequested();
        };
        rig.Serve(SchedulerRig.Flow("a", SchedulerRig.Every(0.5)));
        Task run = rig.Run(TimeSpan.FromSeconds(60));
        rig.Pass(TimeSpan.FromSeconds(30));
        rig.NextStart();
        if (isCancelled)
        {
            rig.Cancel();
        }
        else
        {
            rig.Drain();
            rig.WaitUntilAsleep();
            rig.Time.Advance(TimeSpan.FromSeconds(60));
        }

        await run.WaitAsync(Wait.Limit);
        Assert.Equal(StateType.Cancelled, Assert.Single(rig.Ends).State);
        Assert.Contains("stopping 1", rig.Said);
    }

    /// <summary>The scheduler returns at noon; the flow was due at 11:00, 11:15, 11:30 and 11:45.</summary>
    [Theory]
    [InlineData(MissedRuns.Skip, new int[0], true)]
    [InlineData(MissedRuns.RunOnce, new[] { -15 }, false)]
    [InlineData(MissedRuns.RunAll, new[] { -60, -45, -30, -15 }, false)]
    public async Task What_was_missed_while_no_scheduler_ran_is_made_up_for_as_the_flow_says(MissedRuns missed, int[] minutes, bool isSkipped)
    {
        using var rig = new SchedulerRig();
        rig.LastTimes["a"] = Noon.AddMinutes(-75);
        rig.Serve(SchedulerRig.Flow("a", new IntervalSchedule(TimeSpan.FromMinutes(15), Noon.AddDays(-1), TimeZoneInfo.Utc, TimeSpan.Zero), missed));
        _ = rig.Run();

        // One after another; noon itself was not missed.
        foreach (int minute in minutes)
        {
            Assert.Equal(new ScheduledTick(Noon.AddMinutes(minute), IsMissed: true), rig.NextStart().Tick);
        }

        Assert.Equal(new ScheduledTick(Noon), rig.NextStart().Tick);
        await rig.End();
        Assert.Empty(rig.Started);
        Assert.Equal(isSkipped ? [Noon.AddMinutes(-15)] : [], rig.Skips.Select(skip => skip.Time));
    }

    [Fact]
    public async Task Nothing_was_missed_before_a_flow_was_there()
    {
        using var rig = new SchedulerRig();
        FlowSchedule schedule = new IntervalSchedule(TimeSpan.FromMinutes(15), Noon.AddDays(-1), TimeZoneInfo.Utc, TimeSpan.Zero);
        rig.Serve(SchedulerRig.Flow("script", schedule, MissedRuns.RunAll), SchedulerRig.Flow("registered", schedule, MissedRuns.RunAll, since: Noon.AddMinutes(-20)));
        _ = rig.Run();
        var started = new[] { rig.NextStart(), rig.NextStart() };
        await rig.End();
        Assert.Equal([("registered", -15), ("registered", 0)], started.Select(start => (start.Name, (int)(start.Tick.Time - Noon).TotalMinutes)));
        Assert.Empty(rig.Started);
    }

    [Fact]
    public async Task A_machine_that_slept_has_missed_what_lies_more_than_a_minute_back()
    {
        using var rig = new SchedulerRig();
        rig.Serve(SchedulerRig.Flow("a", SchedulerRig.Every(10), MissedRuns.RunOnce), SchedulerRig.Flow("b", SchedulerRig.Every(35.5), MissedRuns.Skip));
        _ = rig.Run();
        rig.Pass(TimeSpan.FromMinutes(36));
        var started = new[] { rig.NextStart(), rig.NextStart() };
        await rig.End();
        Assert.Equal([("a", new ScheduledTick(Noon.AddMinutes(30), IsMissed: true)), ("b", new ScheduledTick(Noon.AddMinutes(35.5)))], started.OrderBy(start => start.Name));
        Assert.Empty(rig.Started);
    }

    [Fact]
    public async Task A_clock_that_was_ahead_once_keeps_no_flow_from_running()
    {
        using var rig = new SchedulerRig();
        rig.LastTimes["a"] = Noon.AddYears(1);
        rig.Serve(SchedulerRig.Flow("a", SchedulerRig.Every(1)));
        _ = rig.Run();
        Assert.Equal(Noon, rig.NextStart().Tick.Time);
        rig.Pass(TimeSpan.FromSeconds(60));
        Assert.Equal(Noon.AddMinutes(1), rig.NextStart().Tick.Time);
        await rig.End();
    }

    [Fact]
    public async Task What_dead_processes_have_left_is_looked_for_when_a_flow_is_new_and_every_few_seconds()
    {
        using var rig = new SchedulerRig();
        rig.Serve(SchedulerRig.Flow("a", SchedulerRig.Every(10)));
        _ = rig.Run();
        Assert.Equal("a", Swept(rig));
        rig.Serve(SchedulerRig.Flow("a", SchedulerRig.Every(20)));
        rig.Serve(SchedulerRig.Flow("a", SchedulerRig.Every(20)), SchedulerRig.Flow("b", SchedulerRig.Every(10)));
        Assert.Equal("ab", Swept(rig));
        for (TimeSpan passed = TimeSpan.Zero; passed < FlowScheduler.SweepPeriod; passed += FlowScheduler.LongestSleep)
        {
            Assert.Empty(rig.Sweeps);
            rig.Pass(FlowScheduler.LongestSleep);
        }

        Assert.Equal("ab", Swept(rig));
        await rig.End();
        Assert.Empty(rig.Sweeps);

        static string Swept(SchedulerRig rig) => rig.Sweeps.TryTake(out string? flows, Wait.Limit) ? flows : throw new TimeoutException("Nobody looked.");
    }

    /// <summary>Ticks that another scheduler had claimed and that had not begun when it ended or died: found when the flow is new, and every few seconds.</summary>
    [Theory]
    [InlineData(MissedRuns.Skip, false, new int[0])]
    [InlineData(MissedRuns.RunOnce, false, new[] { -3 })]
    [InlineData(MissedRuns.RunAll, false, new[] { -9, -3 })]
    [InlineData(MissedRuns.Skip, true, new int[0])]
    [InlineData(MissedRuns.RunOnce, true, new[] { -3 })]
    [InlineData(MissedRuns.RunAll, true, new[] { -9, -3 })]
    public async Task What_another_scheduler_has_taken_and_not_begun_is_this_ones(MissedRuns missed, bool isNew, int[] minutes)
    {
        using var rig = new SchedulerRig();
        (string, DateTimeOffset)[] free = [("other", Noon.AddMinutes(-5)), ("a", Noon.AddMinutes(-9)), ("a", Noon.AddMinutes(-3))];
        if (isNew)
        {
            rig.FreeTimes.AddRange(free);
        }

        rig.Serve(SchedulerRig.Flow("a", SchedulerRig.Every(600), missed));
        _ = rig.Run();
        if (!isNew)
        {
            rig.FreeTimes.AddRange(free);
            rig.Pass(FlowScheduler.SweepPeriod);
        }

        foreach (int minute in minutes)
        {
            Assert.Equal(("a", new ScheduledTick(Noon.AddMinutes(minute), IsMissed: true)), rig.NextStart());
        }

        Wait.Until(() => rig.FreeTimes.Count == 1 && (missed != MissedRuns.Skip || rig.Skips.Count > 0));
        await rig.End();
        Assert.Equal(missed == MissedRuns.Skip ? [Noon.AddMinutes(-3)] : [], rig.Skips.Select(skip => skip.Time));
        Assert.DoesNotContain(rig.Started, start => start.Tick.IsMissed);
    }

    /// <summary>Machines start with a clock that is ahead, and correct it a little later. Without records, nobody knows what has run.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_clock_that_is_set_back_keeps_no_flow_from_running_where_it_is_known_what_has_run(bool hasRecords)
    {
        using var rig = new SchedulerRig(hasRecords: hasRecords);
        rig.Serve(SchedulerRig.Flow("a", new IntervalSchedule(TimeSpan.FromMinutes(1), Noon.AddDays(-1), TimeZoneInfo.Utc, TimeSpan.Zero)));
        _ = rig.Run();
        rig.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(Noon.AddMinutes(1), rig.NextStart().Tick.Time);

        rig.Set(Noon.AddHours(-1));
        rig.Pass(FlowScheduler.LongestSleep);
        rig.Pass(TimeSpan.FromMinutes(1) - FlowScheduler.LongestSleep);
        if (hasRecords)
        {
            Assert.Equal(Noon.AddHours(-1).AddMinutes(1), rig.NextStart().Tick.Time);
        }

        await rig.End();
        Assert.Empty(rig.Started);
    }

    /// <summary>Notifications about dead processes may take long: they must not prevent the scheduler from ending.</summary>
    [Fact]
    public async Task What_is_still_told_of_dead_processes_ends_with_the_grace_period()
    {
        using var rig = new SchedulerRig();
        rig.Sweep = stop => Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, TaskScheduler.Default);
        rig.Serve(SchedulerRig.Flow("a", SchedulerRig.Every(10)));
        Task run = rig.Run();
        rig.Cancel();
        await run.WaitAsync(Wait.Limit);
    }

    [Fact]
    public void It_sleeps_a_while_at_most_and_says_how_long_ago_it_last_looked()
    {
        using var rig = new SchedulerRig();
        rig.Serve(SchedulerRig.Flow("a", SchedulerRig.Every(600)));
        _ = rig.Run();
        rig.Pass(FlowScheduler.LongestSleep - TimeSpan.FromSeconds(1));
        Assert.Equal(FlowScheduler.LongestSleep - TimeSpan.FromSeconds(1), rig.Scheduler.SinceLastLook);
        rig.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, rig.Scheduler.SinceLastLook);
        rig.Cancel();
    }
}
