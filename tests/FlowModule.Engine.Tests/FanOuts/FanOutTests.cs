using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.FanOuts;

/// <summary>A fan-out step by step, with workers that the test drives by hand.</summary>
public class FanOutTests
{
    private static readonly FanOutOptions Quiet = new() { ThrottleLimit = 2, Log = FlowLogPreference.None };

    [Fact]
    public void Runs_start_in_the_order_they_were_added_and_states_come_as_runs_end()
    {
        using var rig = new FanOutRig(Quiet);
        FlowRun[] runs = rig.AddMany(3);

        FlowRun first = rig.Start(), second = rig.Start();
        Assert.Equal(runs[..2], [first, second]);
        rig.End(second, "two");
        rig.Read(wait: false);
        Assert.Equal("two", Assert.Single(rig.States).Result);
        rig.End(rig.Start());
        rig.End(first);

        Assert.Equal([runs[1], runs[2], runs[0]], rig.Complete().Select(state => state.Run));
    }

    [Fact]
    public void No_more_workers_are_lent_than_may_run_at_once()
    {
        using var rig = new FanOutRig(Quiet);
        rig.AddMany(10);

        Assert.Equal(2, rig.Workers.Count);
        Assert.Equal(2, rig.Hands.Lent);
    }

    [Fact]
    public void No_more_workers_are_lent_than_there_are_runs()
    {
        using var rig = new FanOutRig(Quiet with { ThrottleLimit = 8 });
        rig.AddMany(3);

        Assert.Equal(3, rig.Workers.Count);
    }

    [Fact]
    public void A_worker_on_its_way_is_reckoned_with_once()
    {
        using var rig = new FanOutRig(Quiet);
        rig.Add();
        rig.End(rig.Start());

        rig.Add();
        Assert.Single(rig.Workers);
        rig.Add();

        // Otherwise the second would wait for the end of the first, which may need it.
        Assert.Equal(2, rig.Workers.Count);
    }

    [Fact]
    public void A_worker_that_finds_nothing_leaves_and_is_lent_again()
    {
        using var rig = new FanOutRig(Quiet);
        rig.Add();
        rig.End(rig.Start());
        Assert.Null(rig.Take());
        Assert.Equal(0, rig.Hands.Lent);

        FlowRun run = rig.Add();

        Assert.Same(run, rig.Start());
        Assert.Single(rig.Workers);
    }

    [Fact]
    public void A_run_waits_for_its_place_when_enough_run()
    {
        using var rig = new FanOutRig(Quiet);
        FlowRun[] runs = rig.AddMany(3);
        rig.Start();
        rig.Start();
        Assert.Null(rig.Take());

        rig.End(runs[1]);

        Assert.Same(runs[2], rig.Take());
        Assert.Equal(2, rig.Workers.Count);
    }

    [Fact]
    public void It_is_not_finished_when_nothing_more_comes_and_a_run_has_not_ended()
    {
        using var rig = new FanOutRig(Quiet);
        FlowRun run = rig.Add();
        rig.Start();

        rig.FanOut.CompleteAdding();

        Assert.Null(rig.Take());
        Assert.False(rig.FanOut.IsFinished);
        rig.End(run);
        Assert.True(rig.FanOut.IsFinished);
    }

    [Fact]
    public void It_is_finished_when_the_last_run_has_ended_and_its_state_can_be_read()
    {
        using var rig = new FanOutRig(Quiet);
        Assert.False(rig.FanOut.IsFinished);
        FlowRun run = rig.Add();
        rig.Start();
        rig.FanOut.CompleteAdding();
        rig.FanOut.CompleteAdding();
        Assert.False(rig.FanOut.IsFinished);

        rig.End(run);

        Assert.True(rig.FanOut.IsFinished);
        rig.Read(wait: true);
        Assert.Same(run, Assert.Single(rig.Runs));
    }

    [Fact]
    public void With_no_runs_at_all_it_is_finished_once_adding_is()
    {
        using var rig = new FanOutRig(Quiet);
        Assert.Empty(rig.Complete());
        Assert.True(rig.FanOut.IsFinished);
    }

    [Fact]
    public void The_beginning_the_records_and_the_end_of_a_run_come_in_order_and_before_its_state()
    {
        using var rig = new FanOutRig(Quiet with { Log = FlowLogPreference.All });
        FlowRun run = rig.Add();
        rig.Start();
        rig.Write(run, "record");
        rig.End(run);
        rig.Complete();

        Assert.All(rig.Outputs, output => Assert.Same(run, output.Run));
        Assert.Equal(
            [
                $"Beginning flow run '{run.Name}' for flow 'test-flow'...",
                "record",
                $"Flow run '{run.Name}' finished in state Completed(message=None, type=COMPLETED)",
                run.State,
            ],
            rig.Outputs.Select(output => output.Record is LogLine line ? line.Text : output.Record));
    }

    [Fact]
    public void A_line_of_the_log_has_the_time_of_what_it_tells()
    {
        using var rig = new FanOutRig(Quiet with { Log = FlowLogPreference.All });
        rig.Time.SetUtcNow(new DateTimeOffset(2026, 1, 31, 13, 24, 16, 962, TimeSpan.Zero));
        FlowRun parent = rig.NewRun();
        Assert.Equal($"13:24:16.962 | Beginning subflow run 'shy-newt' for flow 'inner'...", LogLine.Beginning(new TestFlow("inner").Run(rig.Time, parent, "shy-newt")).ToString());
    }

    [Fact]
    public void The_caller_has_no_room_for_more_when_many_wait_and_is_woken_when_it_has()
    {
        using var rig = new FanOutRig(Quiet with { ThrottleLimit = 1 });
        FlowRun[] runs = rig.AddMany(256);
        Assert.False(rig.FanOut.HasRoom());
        var caller = new TestThread(() =>
        {
            while (!rig.FanOut.HasRoom())
            {
                rig.Read(wait: true);
            }
        });
        caller.UntilBlocked();

        for (int i = 0; i < 128; i++)
        {
            rig.End(rig.Start());
        }

        caller.Join();
        Assert.Equal(runs[..128], rig.Runs.Concat(Rest(rig)).Take(128));
    }

    private static IEnumerable<FlowRun> Rest(FanOutRig rig)
    {
        int read = rig.Outputs.Count;
        rig.Read(wait: false);
        return rig.Outputs.Skip(read).Select(output => output.Run);
    }

    [Fact]
    public void A_run_whose_input_did_not_fit_fails_and_never_starts()
    {
        using var rig = new FanOutRig(Quiet with { Log = FlowLogPreference.All });
        FlowRun run = rig.Add(TestErrors.Failure("no such parameter"));

        FlowState state = Assert.Single(rig.Complete());

        Assert.Same(run, state.Run);
        Assert.Equal(StateType.Failed, state.Type);
        Assert.Null(run.StartTime);
        Assert.Same(state, Assert.Single(rig.Outputs).Record);
        Assert.Empty(rig.Workers);
    }

    [Fact]
    public void A_run_that_was_stopped_before_it_began_ends_Cancelled()
    {
        using var rig = new FanOutRig(Quiet);
        FlowRun run = rig.Add();
        Assert.Same(run, rig.Take());
        run.Stop(TestErrors.Cancel);

        Assert.False(rig.Begin(run));

        Assert.Equal(StateType.Cancelled, Assert.Single(rig.Complete()).Type);
        Assert.Null(run.StartTime);
    }

    [Fact]
    public void What_waits_in_a_task_keeps_its_place_and_not_its_worker()
    {
        using var rig = new FanOutRig(Quiet with { ThrottleLimit = 1 });
        FlowRun[] runs = rig.AddMany(2);
        var task = new TaskCompletionSource<string>();
        rig.End(rig.Start(), task.Task);
        Assert.Null(rig.Take());
        Assert.False(runs[0].IsOver);

        task.SetResult("done");
        Wait.Until(() => runs[0].IsOver);
        Wait.Until(() => rig.Hands.Lent == 1);
        Assert.Same(runs[1], rig.Start());
        rig.End(runs[1]);

        Assert.Equal(["done", null], rig.Complete().Select(state => state.Result));
    }

    [Fact]
    public void In_order_the_states_of_inputs_that_do_not_fit_wait_for_those_before_them_and_hold_nothing_up()
    {
        using var rig = new FanOutRig(Quiet with { KeepOrder = true, ThrottleLimit = 1 });
        FlowRun[] good = rig.AddMany(2);
        FlowRun[] bad = [.. Enumerable.Range(0, 5_000).Select(_ => rig.Add(TestErrors.Failure("it does not fit")))];
        var worker = new TestThread(() =>
        {
            rig.End(rig.Start());
            rig.End(rig.Start());
        });

        worker.Join();

        Assert.Equal(good.Concat(bad), rig.Complete().Select(state => state.Run));
    }

    [Fact]
    public void In_order_workers_wait_when_too_many_states_are_held_back()
    {
        using var rig = new FanOutRig(Quiet with { KeepOrder = true });
        rig.Add();
        FlowRun slow = rig.Start();
        for (int i = 0; i <= 4096; i++)
        {
            rig.Add();
            rig.End(rig.Start());
        }

        FlowRun last = rig.Add();
        Assert.Null(rig.Take());
        rig.End(slow);
        rig.Read(wait: false);

        Assert.Same(last, rig.Take());
    }

    [Fact]
    public void A_run_that_the_caller_made_and_did_not_add_is_not_waited_for()
    {
        using var rig = new FanOutRig(Quiet with { KeepOrder = true });
        FlowRun first = rig.Add();
        _ = rig.NewRun();
        var third = new FlowRun(new TestFlow(), parent: null, rig.Time) { Index = 2 };
        rig.FanOut.Add(third);
        rig.End(rig.Start());
        rig.End(rig.Start());
        rig.Read(wait: false);

        Assert.Equal([first, third], rig.Runs);
    }
}
