using FlowModule.Engine.Caching;
using FlowModule.Engine.Retries;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Runs;

/// <summary>A script that does not end and cannot be interrupted must not block its run forever.</summary>
public sealed class RunDriverLostHostTests : IDisposable
{
    private readonly ManualResetEventSlim _entered = new();
    private readonly ManualResetEventSlim _released = new();

    public void Dispose()
    {
        _released.Set();
        _entered.Dispose();
        _released.Dispose();
    }

    [Fact]
    public void A_run_whose_hook_is_stuck_is_over_without_it_and_only_once()
    {
        var rig = new DriverRig();
        Action<FlowRun, FlowState> stuck = (_, _) => Stick();
        FlowRun run = rig.Started(new RunPolicy { Hooks = new RunHooks { OnCompletion = [stuck] } });
        run.Driver!.BodyEnded(RunOutcome.Nothing);
        RunStep? late = null;
        var worker = new TestThread(() => late = rig.Next(run));
        Wait.For(_entered);
        Assert.False(run.IsOver);

        run.Driver.HostLost(rig.Host);
        int overs = 0;
        Assert.True(run.Family.TryAddWaiter(() => overs++));
        Assert.Equal(RunStep.Done, run.Driver.Next(new TestHost()));
        _released.Set();
        worker.Join();

        Assert.Equal((StateType.Completed, true, 1), (run.State.Type, run.IsOver, overs));
        Assert.Equal(RunStep.Wait, late);
    }

    [Fact]
    public void A_run_whose_cache_key_is_stuck_fails()
    {
        var rig = new DriverRig(new TestHost { Key = _ => Stick() });
        FlowRun run = rig.New(DriverRig.Retries(3) with { Cache = new CacheSettings("key", CachePolicy.None, Expiration: null, Refresh: false) });
        var worker = new TestThread(() => rig.Next(run));
        Wait.For(_entered);

        run.Driver!.HostLost(rig.Host);
        Assert.Equal(RunStep.Done, run.Driver.Next(new TestHost()));
        _released.Set();
        worker.Join();

        Assert.Equal(StateType.Failed, run.State.Type);
        Assert.Contains("did not end", run.State.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_whose_retry_condition_is_stuck_is_not_retried()
    {
        var rig = new DriverRig(new TestHost { Condition = _ => Stick() is null });
        FlowRun run = rig.Started(DriverRig.Retries(3) with { Retry = new RetryPolicy { Count = 3, Condition = "condition" } });
        run.Driver!.BodyEnded(new RunOutcome([], TestErrors.Failure("it broke")));
        var worker = new TestThread(() => rig.Next(run));
        Wait.For(_entered);

        run.Driver.HostLost(rig.Host);
        Assert.Equal(RunStep.Done, run.Driver.Next(new TestHost()));
        _released.Set();
        worker.Join();

        Assert.Equal((StateType.Failed, 1), (run.State.Type, run.Attempt));
        Assert.Contains("it broke", run.State.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_is_not_at_it_cannot_be_lost()
    {
        var rig = new DriverRig();
        FlowRun run = rig.Started();

        run.Driver!.HostLost(new TestHost());

        Assert.Equal(RunStep.Done, rig.End(run));
        Assert.Equal(StateType.Completed, run.State.Type);
    }

    /// <summary>A host whose worker was abandoned in the meantime: it throws when the script returns.</summary>
    private string? Stick()
    {
        _entered.Set();
        _released.Wait(Wait.Limit);
        throw new HostInterruptedException();
    }
}
