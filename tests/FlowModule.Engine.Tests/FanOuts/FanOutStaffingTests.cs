using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.FanOuts;

/// <summary>How many workers a fan-out has: as many as allowed, until its runs prove to be short.</summary>
public class FanOutStaffingTests
{
    private const int Many = 3 * Lane.WorthWaking;
    private static readonly FanOutOptions Quiet = new() { ThrottleLimit = 32, Log = FlowLogPreference.None };

    private static FanOutRig New(Func<FlowRun, RunOutcome>? body = null) => new(Quiet, body, processors: 2);

    /// <summary>A fan-out that has seen a short run and whose only worker has left, with the given number of new runs.</summary>
    private static FanOutRig WithShortRuns(int waiting)
    {
        FanOutRig rig = New();
        rig.Add();
        rig.End(rig.Start());
        Assert.Null(rig.Take());
        rig.AddMany(waiting);
        return rig;
    }

    private static FlowRun[] StartAll(FanOutRig rig)
    {
        List<FlowRun> runs = [];
        while (rig.Take() is { } run)
        {
            Assert.True(rig.Begin(run));
            runs.Add(run);
        }

        return [.. runs];
    }

    private static void Look(FanOutRig rig) => rig.Time.Advance(Staffing.LookAfter);

    [Fact]
    public void Before_any_run_has_ended_each_worker_that_comes_has_another_woken_until_all_run_that_may()
    {
        using FanOutRig rig = New();
        rig.AddMany(40);
        Assert.Equal(2, rig.Hands.Lent);

        rig.Start();
        Assert.Equal(3, rig.Hands.Lent);

        Assert.Equal(31, StartAll(rig).Length);
        Assert.Equal(32, rig.Hands.Lent);
    }

    [Fact]
    public void Nothing_is_looked_at_again_while_the_workers_wait_for_the_reader()
    {
        using FanOutRig rig = WithShortRuns(waiting: 100);

        Assert.Equal(2, rig.Hands.Lent);
        Assert.False(rig.FanOut.LooksLater);

        rig.Start();
        Assert.True(rig.FanOut.LooksLater);
    }

    [Fact]
    public void Short_runs_have_no_more_workers_than_processors()
    {
        using FanOutRig rig = WithShortRuns(waiting: 100);

        Assert.Equal(2, rig.Hands.Lent);
        Assert.Equal(2, StartAll(rig).Length);
    }

    [Fact]
    public void Few_short_runs_are_left_to_the_worker_that_is_at_work()
    {
        using FanOutRig rig = WithShortRuns(Lane.WorthWaking - 1);
        Assert.Equal(1, rig.Hands.Lent);

        rig.Add();

        Assert.Equal(2, rig.Hands.Lent);
    }

    [Fact]
    public void Workers_that_came_before_the_runs_proved_short_leave_when_enough_move_on()
    {
        using FanOutRig rig = New();
        rig.AddMany(40);
        FlowRun first = rig.Start();
        rig.Start();
        rig.Start();
        Assert.Equal(5, rig.Hands.Lent);

        rig.End(first);

        Assert.Empty(StartAll(rig));
        Assert.Equal(2, rig.Hands.Lent);
    }

    [Fact]
    public void A_worker_that_is_slow_to_begin_is_of_no_use_any_more_when_runs_have_proved_short()
    {
        using FanOutRig rig = New();
        FlowRun first = rig.AddMany(40)[0];
        Assert.Same(first, rig.Start());
        IRunSource slow = rig.Hands.AnySource();
        Assert.True(slow.HasWaiting);

        rig.End(first);
        rig.Start();

        Assert.False(slow.HasWaiting);
    }

    [Fact]
    public void A_worker_that_is_slow_to_begin_is_of_no_use_when_others_are_on_their_way_to_all_there_is()
    {
        using FanOutRig rig = New();
        rig.AddMany(2);
        IRunSource slow = rig.Hands.AnySource();
        Assert.True(slow.HasWaiting);

        FlowRun run = rig.Start();
        Assert.True(slow.HasWaiting);
        rig.End(run);

        // That worker comes for the other run.
        Assert.False(slow.HasWaiting);
    }

    [Fact]
    public void Runs_that_take_long_where_they_were_short_are_found_and_soon_hold_nothing_back()
    {
        using FanOutRig rig = WithShortRuns(waiting: 40);
        Assert.Equal(2, StartAll(rig).Length);

        List<int> more = [];
        for (int i = 0; i < 4; i++)
        {
            Look(rig);
            more.Add(StartAll(rig).Length);
        }

        Assert.Equal([4, 8, 16, 2], more);
    }

    [Fact]
    public void Where_the_machine_stood_still_for_a_moment_few_are_woken_and_they_leave_again()
    {
        using FanOutRig rig = WithShortRuns(waiting: 100);
        FlowRun[] held = StartAll(rig);
        Look(rig);
        FlowRun[] moving = StartAll(rig);
        Assert.Equal((2, 4), (held.Length, moving.Length));

        Array.ForEach(held, run => rig.End(run));
        Array.ForEach(moving, run => rig.End(run));

        Assert.Equal(2, StartAll(rig).Length);
        Assert.Equal(2, rig.Hands.Lent);
    }

    [Fact]
    public void Long_runs_that_are_too_few_to_be_worth_a_waking_if_they_were_short_come_soon_too()
    {
        using FanOutRig rig = WithShortRuns(Lane.WorthWaking - 1);
        Assert.Single(StartAll(rig));

        Look(rig);
        Assert.Equal(4, StartAll(rig).Length);
        Look(rig);

        Assert.Equal(2, StartAll(rig).Length);
    }

    [Fact]
    public void One_that_takes_long_among_short_ones_is_replaced()
    {
        using FanOutRig rig = WithShortRuns(Many);
        FlowRun slow = rig.Start();
        rig.Time.Advance(Staffing.LookAfter - (RunPace.Long / 2));
        rig.Start();
        Assert.Equal(2, rig.Hands.Lent);

        rig.Time.Advance(RunPace.Long / 2);

        rig.End(rig.Start());
        Assert.Single(StartAll(rig));
        Assert.Equal(3, rig.Hands.Lent);
        Assert.False(slow.IsOver);
    }

    [Fact]
    public void Runs_that_take_as_long_as_a_waking_have_all_the_workers_that_may_be()
    {
        using FanOutRig rig = WithShortRuns(waiting: 100);
        for (int i = 0; i < 4; i++)
        {
            FlowRun run = rig.Start();
            rig.Time.Advance(RunPace.Long);
            rig.End(run);
        }

        Assert.Equal(32, StartAll(rig).Length);
    }

    [Fact]
    public void A_few_that_were_held_up_do_not_make_short_ones_long()
    {
        using FanOutRig rig = WithShortRuns(waiting: 100);
        for (int i = 0; i < 3; i++)
        {
            FlowRun run = rig.Start();
            rig.Time.Advance(RunPace.Long);
            rig.End(run);
            rig.End(rig.Start());
        }

        Assert.Equal(2, StartAll(rig).Length);
    }

    [Fact]
    public void A_run_that_waits_for_others_makes_way_for_them_at_once_however_short_runs_are()
    {
        FlowRun parent = new TestFlow().Run();
        parent.TryStart();
        using var rig = new FanOutRig(Quiet with { IsOpenEnded = true }, parent: parent, processors: 1);
        rig.Add();
        rig.End(rig.Start());
        Assert.Null(rig.Take());
        FlowRun[] runs = rig.AddMany(2);
        FlowRun waiting = rig.Start();
        Assert.Equal(1, rig.Hands.Lent);

        using (RunWait.Begin(waiting, [runs[1]]))
        {
            Assert.Same(runs[1], rig.Start());
            rig.End(runs[1]);
        }

        rig.End(waiting);
    }

    [Fact]
    public void Runs_that_are_worth_a_process_are_never_short_and_their_workers_are_wanted_at_once()
    {
        using FanOutRig rig = WithShortRuns(waiting: 0);
        rig.AddMany(40, new RunPolicy { Isolation = FlowIsolation.Process });

        Assert.Equal(32, rig.Hands.Lent);
    }

    [Fact]
    public void Nothing_is_looked_at_while_no_run_waits()
    {
        using FanOutRig rig = WithShortRuns(waiting: 1);
        FlowRun only = rig.Start();

        Look(rig);
        Assert.Equal(1, rig.Hands.Lent);

        // New runs wait for the next check, not for the run.
        FlowRun next = rig.Add();
        Assert.Null(rig.Take());
        Assert.Equal(1, rig.Hands.Lent);
        Look(rig);
        Assert.Same(next, rig.Start());
        Assert.False(only.IsOver);
    }

    [Fact]
    public void A_waking_that_the_pool_refuses_on_the_timer_ends_what_waits()
    {
        using FanOutRig rig = WithShortRuns(Many);
        FlowRun[] held = StartAll(rig);
        rig.Pool.Dispose();

        Look(rig);
        Array.ForEach(held, run => rig.End(run));

        Assert.All(rig.Complete()[1..], state => Assert.Equal(StateType.Cancelled, state.Type));
        Assert.Equal(1 + Many, rig.States.Count());
    }

    [Fact]
    public void Bodies_that_wait_for_each_other_among_short_ones_come_together()
    {
        using var together = new CountdownEvent(32);
        using FanOutRig rig = New(run =>
        {
            if (run.Index >= 100)
            {
                together.Signal();
                Assert.True(together.Wait(Wait.Limit));
            }

            return RunOutcome.Nothing;
        });
        new TestThread(() => rig.AddWithRoom(132)).Join();

        Wait.Until(() =>
        {
            Look(rig);
            return together.IsSet;
        });

        Assert.Equal(132, rig.Complete().Length);
    }
}
