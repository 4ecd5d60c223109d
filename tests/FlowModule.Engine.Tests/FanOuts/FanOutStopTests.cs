using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.FanOuts;

public class FanOutStopTests
{
    private static readonly FanOutOptions Quiet = new() { ThrottleLimit = 2, Log = FlowLogPreference.None };

    [Fact]
    public void A_stop_cancels_what_runs_and_what_waits()
    {
        using var rig = new FanOutRig(Quiet);
        FlowRun[] runs = rig.AddMany(4);
        FlowRun active = rig.Start();
        bool interrupted = false;
        active.CurrentAttempt.TryEnter(() => interrupted = true, abandon: null);

        rig.FanOut.Stop(TestErrors.Cancel);
        rig.FanOut.Stop(new StopRequest(StopKind.Cancelled, "Later."));

        Assert.True(interrupted);
        rig.Read(wait: false);
        Assert.Equal(runs[1..], rig.Runs);
        Assert.Null(rig.Take());
        rig.End(active);
        Assert.All(rig.Complete(), state => Assert.Equal((StateType.Cancelled, "Stopped by the test."), (state.Type, state.Message)));
        Assert.Equal(4, rig.States.Count());
    }

    [Fact]
    public void What_is_added_after_a_stop_is_Cancelled_also_when_its_input_did_not_fit()
    {
        using var rig = new FanOutRig(Quiet);
        rig.FanOut.Stop(TestErrors.Cancel);

        rig.Add();
        rig.Add(TestErrors.Failure("it does not fit"));

        FlowState[] states = rig.Complete();
        Assert.Equal(2, states.Length);
        Assert.All(states, state => Assert.Equal((StateType.Cancelled, "Stopped by the test."), (state.Type, state.Message)));
        Assert.Empty(rig.Workers);
    }

    [Fact]
    public void A_stop_wakes_the_caller_that_waits_for_room()
    {
        using var rig = new FanOutRig(Quiet with { KeepOrder = true, ThrottleLimit = 1 });
        rig.Add();
        rig.Start();
        rig.AddMany(256);
        Assert.False(rig.FanOut.HasRoom());
        var caller = new TestThread(() =>
        {
            while (!rig.FanOut.HasRoom())
            {
                rig.Read(wait: true);
            }
        });
        caller.UntilBlocked();

        // The first run continues: in order, no state comes out that would wake the caller.
        rig.FanOut.Stop(TestErrors.Cancel);

        caller.Join();
    }

    [Fact]
    public void A_stop_lets_writers_and_workers_go_that_wait_for_the_caller()
    {
        using var rig = new FanOutRig(Quiet);
        rig.AddMany(2);
        FlowRun active = rig.Start();
        var writer = new TestThread(() => WriteOverCapacity(rig, active));
        writer.UntilBlocked();
        FlowRun? next = active;
        var worker = new TestThread(() => next = rig.Take());
        worker.UntilBlocked();

        rig.FanOut.Stop(TestErrors.Cancel);
        writer.Join();
        worker.Join();

        Assert.Null(next);
    }

    [Fact]
    public void A_run_that_is_stopped_by_itself_does_not_wait_for_the_caller_to_write()
    {
        using var rig = new FanOutRig(Quiet);
        rig.AddMany(2);
        FlowRun stopped = rig.Start(), other = rig.Start();
        var writer = new TestThread(() => WriteOverCapacity(rig, stopped));
        writer.UntilBlocked();
        var waiting = new TestThread(() => rig.Write(other, "other"));
        waiting.UntilBlocked();

        stopped.Stop(new StopRequest(StopKind.TimedOut, "Too long."));
        writer.Join();

        waiting.UntilBlocked();
        rig.Read(wait: false);
        waiting.Join();
    }

    private static void WriteOverCapacity(FanOutRig rig, FlowRun run)
    {
        for (int i = 0; i < 600; i++)
        {
            rig.Write(run, i);
        }
    }

    [Fact]
    public void A_race_cancels_the_rest_once_it_is_won_and_gives_the_winners_only()
    {
        using var rig = new FanOutRig(Quiet with { First = 2, ThrottleLimit = 4 });
        rig.AddMany(6);
        FlowRun[] active = [rig.Start(), rig.Start(), rig.Start(), rig.Start()];

        rig.Fail(active[0]);
        rig.End(active[2]);
        Assert.Null(active[1].StopRequest);
        rig.End(active[1]);
        Assert.Equal("2 other subflow(s) completed first.", active[3].StopRequest?.Message);
        rig.End(active[3]);

        Assert.Equal([active[2], active[1]], rig.Complete().Select(state => state.Run));
    }

    [Fact]
    public void A_race_that_cannot_be_won_gives_all()
    {
        using var rig = new FanOutRig(Quiet with { First = 2 });
        FlowRun[] runs = rig.AddMany(3);

        rig.Fail(rig.Start());
        rig.End(rig.Start());
        rig.Fail(rig.Start());

        Assert.Equal([runs[1], runs[0], runs[2]], rig.Complete().Select(state => state.Run));
        Assert.All(runs, run => Assert.Null(run.StopRequest));
    }

    [Fact]
    public void The_first_failure_cancels_the_rest_when_asked_to()
    {
        using var rig = new FanOutRig(Quiet with { StopOnFailure = true });
        FlowRun[] runs = rig.AddMany(4);
        FlowRun failing = rig.Start(), active = rig.Start();

        rig.Fail(failing);
        Assert.Equal($"Flow run '{failing.Name}' ended in state Failed.", active.StopRequest?.Message);
        rig.End(active);

        FlowState[] states = rig.Complete();
        Assert.Equal(StateType.Failed, states[0].Type);
        Assert.Equal(runs[1..].ToHashSet(), states.Where(state => state.Type == StateType.Cancelled).Select(state => state.Run).ToHashSet());
    }

    [Fact]
    public void Abandoning_waits_until_all_have_ended_and_drops_what_they_still_say()
    {
        using var rig = new FanOutRig(Quiet);
        FlowRun[] runs = rig.AddMany(3);
        FlowRun active = rig.Start();
        using var interrupted = new ManualResetEventSlim();
        active.CurrentAttempt.TryEnter(interrupted.Set, abandon: null);
        var caller = new TestThread(() => rig.FanOut.Abandon(TestErrors.Cancel));
        Wait.For(interrupted);
        caller.UntilBlocked();
        Assert.All(runs[1..], run => Wait.Until(() => run.State.IsFinal));

        rig.Write(active, "last words");
        rig.End(active);
        caller.Join();

        Assert.All(runs, run => Assert.Equal(StateType.Cancelled, run.State.Type));
        Assert.Equal(0, rig.FanOut.Output.Count);
    }

    [Fact]
    public void Abandoning_gives_up_what_does_not_stop_when_its_grace_is_over()
    {
        using var stuck = new ManualResetEventSlim();
        using var rig = new FanOutRig(Quiet, _ =>
        {
            Wait.For(stuck);
            return new RunOutcome(["late"]);
        });
        FlowRun[] runs = rig.AddMany(2);
        Wait.Until(() => Array.TrueForAll(runs, run => run.State.Type == StateType.Running));
        var caller = new TestThread(() => rig.FanOut.Abandon(TestErrors.Cancel));
        Wait.Until(() => Array.TrueForAll(runs, run => run.StopRequest is not null));
        Wait.Until(() =>
        {
            // A stop may still be setting the timer, and a body may still be entering.
            rig.Time.Advance(TimeSpan.FromSeconds(FlowRun.GraceSeconds));
            return caller.HasEnded;
        });
        caller.Join();

        Assert.All(runs, run => Assert.Equal(StateType.Cancelled, run.State.Type));
        Wait.Until(() => rig.Pool.Count == 0);
        FlowState[] final = [.. runs.Select(run => run.State)];
        stuck.Set();
        Assert.Equal(final, runs.Select(run => run.State));
    }

    [Fact]
    public void A_worker_that_is_lost_is_replaced_while_runs_wait()
    {
        using var stuck = new ManualResetEventSlim();
        int bodies = 0;
        using var rig = new FanOutRig(Quiet with { ThrottleLimit = 1 }, run =>
        {
            if (Interlocked.Increment(ref bodies) == 1)
            {
                Wait.For(stuck);
            }

            return RunOutcome.Nothing;
        });
        FlowRun[] runs = rig.AddMany(2);
        Wait.Until(() => Volatile.Read(ref bodies) == 1);

        runs[0].Stop(new StopRequest(StopKind.TimedOut, "Too long."));
        rig.Time.Advance(TimeSpan.FromSeconds(FlowRun.GraceSeconds));

        FlowState[] states = rig.Complete();
        stuck.Set();
        Assert.Equal([StateNames.TimedOut, nameof(StateType.Completed)], states.Select(state => state.Name));
        Assert.Equal(2, rig.Workers.Count);
    }

    [Fact]
    public void A_worker_that_is_lost_after_the_pool_was_closed_takes_what_waits_with_it()
    {
        using var rig = new FanOutRig(Quiet with { ThrottleLimit = 1 });
        FlowRun[] runs = rig.AddMany(2);
        rig.Start();
        rig.Pool.Dispose();

        rig.Hands.EndLost(runs[0], new RunOutcome([], TestErrors.Failure("it broke")));

        Assert.Equal([StateType.Failed, StateType.Cancelled], rig.Complete().Select(state => state.Type));
    }
}
