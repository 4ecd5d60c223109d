using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;
using FlowModule.Engine.Waves;

namespace FlowModule.Engine.Tests.FanOuts;

/// <summary>Runs that wait for a retry or a slot hold neither a worker nor a place; whatever happens in the meantime, they end.</summary>
public class FanOutRetryTests
{
    private static readonly FanOutOptions One = new() { ThrottleLimit = 1, Log = FlowLogPreference.None };
    private static readonly RunPolicy Minute = DriverRig.Retries(1, 60);

    [Fact]
    public void A_run_that_waits_for_its_retry_gives_its_place_away()
    {
        using var rig = new FanOutRig(One);
        FlowRun first = rig.Add(policy: Minute);
        FlowRun second = rig.Add();
        rig.Start();
        rig.Fail(first);
        Assert.Equal(StateNames.AwaitingRetry, first.State.Name);

        Assert.Same(second, rig.Start());
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(StateNames.AwaitingRetry, first.State.Name);
        rig.End(second);
        Assert.Same(first, rig.Start());
        Assert.Equal(StateNames.Retrying, first.State.Name);
        rig.End(first, "again");

        Assert.Equal([second, first], rig.Complete().Select(state => state.Run));
    }

    [Fact]
    public void A_retry_goes_before_those_that_are_new()
    {
        using var rig = new FanOutRig(One);
        FlowRun first = rig.Add(policy: Minute);
        rig.AddMany(3);
        rig.Start();
        rig.Fail(first);
        FlowRun second = rig.Start();
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        rig.End(second);

        Assert.Same(first, rig.Start());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_worker_that_is_gone_by_the_time_of_the_retry_is_replaced(int delay)
    {
        using var rig = new FanOutRig(One, run => run.Attempt == 1 ? new RunOutcome([], TestErrors.Failure("it broke")) : new RunOutcome(["again"]));
        FlowRun run = rig.Add(policy: DriverRig.Retries(1, delay));
        rig.FanOut.CompleteAdding();
        if (delay > 0)
        {
            Wait.Until(() => run.State.Name == StateNames.AwaitingRetry);
            rig.Time.Advance(TimeSpan.FromSeconds(delay));
        }

        Assert.Equal("again", Assert.Single(rig.Complete()).Result);
    }

    [Fact]
    public void A_stop_ends_what_waits_for_a_retry_at_once_and_with_no_worker()
    {
        using var rig = new FanOutRig(One);
        FlowRun[] runs = rig.AddMany(2, Minute);
        rig.Fail(rig.Start());
        rig.Fail(rig.Start());

        rig.FanOut.Stop(TestErrors.Cancel);

        Assert.All(runs, run => Assert.True(run is { IsOver: true, State.Type: StateType.Cancelled }));
        Assert.Equal(2, rig.Complete().Length);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, rig.States.Count());
    }

    [Fact]
    public void A_stop_ends_what_waits_for_a_slot_and_the_slot_is_not_lost()
    {
        using var rig = new FanOutRig(One with { ThrottleLimit = 3 });
        rig.Services.Limits.Set("db", 1, null);
        FlowRun[] runs = rig.AddMany(3, new RunPolicy { Limits = ["db"] });
        Assert.True(rig.Begin(rig.Take()!));
        Assert.False(rig.Begin(rig.Take()!) || rig.Begin(rig.Take()!));
        Assert.All(runs[1..], run => Assert.Equal(StateNames.AwaitingConcurrencySlot, run.State.Name));

        runs[1].Stop(TestErrors.Cancel);
        Assert.True(runs[1].IsOver);
        rig.End(runs[0]);
        Assert.Same(runs[2], rig.Start());
        Assert.Equal(StateType.Running, runs[2].State.Type);
        rig.End(runs[2]);

        Assert.Equal(3, rig.Complete().Length);
        Assert.Equal((0, 0), (rig.Services.Limits.Find("db")!.Active, rig.Services.Limits.Find("db")!.Waiting));
    }

    [Fact]
    public void A_stop_ends_what_waits_for_what_it_depends_on()
    {
        using var rig = new TaskRig(1);
        using var gate = new ManualResetEventSlim();
        FlowRun first = rig.Start(_ =>
        {
            Wait.For(gate);
            return null;
        });
        FlowRun second = rig.Start(static _ => 1, dependsOn: [first]);

        second.Stop(TestErrors.Cancel);
        Assert.True(second is { IsOver: true, State.Type: StateType.Cancelled });
        gate.Set();

        Assert.Equal(StateType.Cancelled, rig.EndFlow().Type);
        Assert.Equal(StateType.Completed, first.State.Type);
    }

    [Fact]
    public void Abandoning_ends_what_waits_for_a_retry()
    {
        using var rig = new FanOutRig(One, static _ => new RunOutcome([], TestErrors.Failure("it broke")));
        FlowRun[] runs = rig.AddMany(3, Minute);
        Wait.Until(() => Array.TrueForAll(runs, run => run.State.Name == StateNames.AwaitingRetry));

        new TestThread(() => rig.FanOut.Abandon(TestErrors.Cancel)).Join();

        Assert.All(runs, run => Assert.Equal(StateType.Cancelled, run.State.Type));
    }

    [Fact]
    public void When_the_pool_was_closed_what_waits_is_ended_also_after_a_stop_and_without_its_hooks()
    {
        using var rig = new FanOutRig(One);
        RunPolicy policy = Minute with { Hooks = new RunHooks { OnCancellation = ["hook"] } };
        FlowRun[] runs = rig.AddMany(2, policy);
        rig.Fail(rig.Start());
        rig.Fail(rig.Start());
        rig.FanOut.CompleteAdding();
        Assert.Null(rig.Take());
        rig.Pool.Dispose();

        rig.FanOut.Stop(TestErrors.Cancel);

        Assert.All(runs, run => Assert.True(run is { IsOver: true, State.Type: StateType.Cancelled }));
        Assert.True(rig.FanOut.IsFinished);
        Assert.Empty(rig.Host.Calls);
    }

    [Fact]
    public void A_retry_that_comes_when_the_pool_was_closed_ends_and_throws_on_no_timer()
    {
        using var rig = new FanOutRig(One);
        FlowRun run = rig.Add(policy: Minute);
        rig.Fail(rig.Start());
        rig.FanOut.CompleteAdding();
        Assert.Null(rig.Take());
        rig.Pool.Dispose();

        rig.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((StateType.Cancelled, "The session that started the subflow has ended."), (run.State.Type, run.State.Message));
        Assert.True(rig.FanOut.IsFinished);
    }

    [Fact]
    public void Runs_that_wait_for_their_retry_leave_room_for_more_until_they_are_very_many()
    {
        using var rig = new FanOutRig(One with { ThrottleLimit = 1 });
        RunPolicy policy = DriverRig.Retries(1, 60);
        for (int i = 0; i < 10_000; i++)
        {
            Assert.True(rig.FanOut.HasRoom());
            rig.Add(policy: policy);
            rig.Fail(rig.Start());
        }

        rig.Add(policy: policy);
        Assert.False(rig.FanOut.HasRoom());
        var caller = new TestThread(() =>
        {
            while (!rig.FanOut.HasRoom())
            {
                rig.Read(wait: true);
            }
        });
        caller.UntilBlocked();
        rig.End(rig.Start());

        caller.Join();
    }

    [Fact]
    public void Hooks_are_called_after_a_stop_and_before_the_runs_are_over()
    {
        using var gate = new ManualResetEventSlim();
        using var rig = new FanOutRig(One with { ThrottleLimit = 2 }, _ =>
        {
            Wait.For(gate);
            return RunOutcome.Nothing;
        });
        FlowRun[] runs = rig.AddMany(4, new RunPolicy { Hooks = new RunHooks { OnCancellation = ["stopped"], OnCompletion = ["completed"] } });
        Wait.Until(() => runs.Count(run => run.State.Type == StateType.Running) == 2);

        rig.FanOut.Stop(TestErrors.Cancel);
        gate.Set();

        Assert.Equal(4, rig.Complete().Length);
        Assert.Equal(["-OnCancellation stopped", "-OnCancellation stopped"], rig.Host.Calls);
    }

    [Fact]
    public void Runs_of_later_waves_wait_for_the_retries_of_the_first()
    {
        using var rig = new FanOutRig(new FanOutOptions { ThrottleLimit = 4, Log = FlowLogPreference.None, Waves = new WavePlan([new WaveSize(1)], total: 3, budget: null) });
        FlowRun[] runs = rig.AddMany(3, Minute);
        rig.FanOut.CompleteAdding();
        rig.Fail(rig.Start());
        Assert.Null(rig.Take());

        rig.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Same(runs[0], rig.Start());
        rig.End(runs[0]);

        Assert.Equal(runs[1..], [rig.Start(), rig.Start()]);
    }

    [Fact]
    public void Runs_of_later_waves_wait_for_their_wave_when_what_they_depend_on_is_over()
    {
        using var rig = new FanOutRig(new FanOutOptions { ThrottleLimit = 4, Log = FlowLogPreference.None, Waves = new WavePlan([new WaveSize(1)], total: 3, budget: null) });
        FlowRun first = new DriverRig().Started();
        FlowRun[] runs = [rig.NewRun(), rig.NewRun(after: first), rig.NewRun(after: first)];
        Array.ForEach(runs, run => rig.FanOut.Add(run));
        rig.FanOut.CompleteAdding();
        Assert.Same(runs[0], rig.Start());

        first.Finish();
        Assert.Null(rig.Take());
        rig.End(runs[0]);

        Assert.Equal(runs[1..], [rig.Start(), rig.Start()]);
    }
}
