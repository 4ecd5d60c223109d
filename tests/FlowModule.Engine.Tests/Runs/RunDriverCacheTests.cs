using FlowModule.Engine.Caching;
using FlowModule.Engine.Retries;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Runs;

public class RunDriverCacheTests
{
    private static readonly RunPolicy Cached = new() { Cache = new CacheSettings(null, CachePolicy.Inputs, null, Refresh: false) };
    private readonly DriverRig _rig = new();

    [Fact]
    public void A_hit_ends_Completed_named_Cached_and_never_runs()
    {
        _rig.End(_rig.Started(Cached), 42);
        FlowRun second = _rig.New(Cached);

        Assert.Equal(RunStep.Done, _rig.Next(second));

        Assert.Equal((StateType.Completed, StateNames.Cached, 42), (second.State.Type, second.State.Name, (int)second.State.Result!));
        Assert.Null(second.StartTime);
        Assert.Contains(_rig.Executor.Lines, line => line.StartsWith($"Flow run '{second.Name}' finished in state Cached(", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_many_at_once_one_computes_and_the_others_take_its_result()
    {
        FlowRun owner = _rig.Started(Cached);
        FlowRun[] others = [.. Enumerable.Range(0, 5).Select(_ => _rig.New(Cached))];
        Assert.All(others, run => Assert.Equal(RunStep.Wait, _rig.Next(run)));
        Assert.Equal(5, _rig.Executor.Waits);

        _rig.End(owner, "result");

        Assert.Equal(6, _rig.Executor.Wakes);
        Assert.All(others, run => Assert.Equal(RunStep.Done, _rig.Next(run)));
        Assert.All(others, run => Assert.Equal((StateNames.Cached, "result"), (run.State.Name, run.State.Result)));
    }

    [Fact]
    public void A_failure_passes_the_duty_on_but_a_retry_keeps_it()
    {
        FlowRun owner = _rig.Started(Cached with { Retry = new RetryPolicy { Count = 1, DelaySeconds = [5] } });
        FlowRun first = _rig.New(Cached), second = _rig.New(Cached);
        _rig.Next(first);
        _rig.Next(second);
        _rig.Fail(owner);
        Assert.Equal([RunStep.Wait, RunStep.Wait], [_rig.Next(first), _rig.Next(second)]);
        _rig.Advance(5);
        _rig.Start(owner);

        Assert.Equal(RunStep.Done, _rig.Fail(owner));

        _rig.Start(first);
        Assert.Equal(RunStep.Wait, _rig.Next(second));
        _rig.End(first, "taken over");
        Assert.Equal(RunStep.Done, _rig.Next(second));
        Assert.Equal("taken over", second.State.Result);
        Assert.Equal(0, _rig.Cache.Computing);
    }

    [Fact]
    public void The_key_is_asked_for_once_and_by_one_who_can_call_scripts()
    {
        FlowRun owner = _rig.Started(Cached);
        FlowRun run = _rig.New(Cached);
        Assert.Equal(RunStep.Host, run.Driver!.Next(host: null));
        Assert.Equal(RunStep.Wait, run.Driver.Next(_rig.Host));
        _rig.Fail(owner);

        Assert.False(run.Driver.NextThread == StepThread.Host);
        Assert.Equal(RunStep.Execute, run.Driver.Next(host: null));
        Assert.Equal(["key", "key"], _rig.Host.Calls);
    }

    [Fact]
    public void Without_a_key_a_run_computes_for_itself()
    {
        var rig = new DriverRig(new TestHost { Key = static _ => null });

        rig.End(rig.Started(Cached), 1);
        rig.End(rig.Started(Cached), 2);

        Assert.Equal((0, 0), (rig.Cache.Count, rig.Cache.Computing));
    }

    [Fact]
    public void A_key_that_throws_fails_the_run()
    {
        var rig = new DriverRig(new TestHost { Key = static _ => throw new ArithmeticException("no key") });
        FlowRun run = rig.New(Cached);

        Assert.Equal(RunStep.Done, rig.Next(run));

        Assert.Equal((StateType.Failed, "Flow run encountered an exception. ArithmeticException: no key"), (run.State.Type, run.State.Message));
    }

    [Fact]
    public void A_key_that_is_interrupted_each_time_fails_the_run()
    {
        var rig = new DriverRig(new TestHost { Key = static _ => throw new HostInterruptedException() });
        FlowRun run = rig.New(Cached);

        Assert.Equal([RunStep.Host, RunStep.Host, RunStep.Done], [rig.Next(run), rig.Next(run), rig.Next(run)]);

        Assert.Equal(StateType.Failed, run.State.Type);
        Assert.Equal(2, rig.Host.Calls.Length);
    }

    [Fact]
    public void A_run_inside_of_the_one_that_computes_its_result_does_not_wait_for_it()
    {
        FlowRun outer = _rig.Started(Cached);
        FlowRun between = _rig.Started(parent: outer, isTask: true);
        FlowRun inner = _rig.New(Cached, between, isTask: true);
        FlowRun waiting = _rig.New(Cached);
        Assert.Equal(RunStep.Wait, _rig.Next(waiting));

        _rig.Start(inner);
        _rig.End(inner, "inner");
        Assert.Equal(RunStep.Wait, _rig.Next(waiting));
        _rig.End(outer, "outer");

        Assert.Equal(RunStep.Done, _rig.Next(waiting));
        Assert.Equal("outer", waiting.State.Result);
        Assert.Equal(0, _rig.Cache.Computing);
    }

    [Fact]
    public void With_refresh_a_run_computes_anew()
    {
        _rig.End(_rig.Started(Cached), "old");
        FlowRun run = _rig.Started(new RunPolicy { Cache = Cached.Cache! with { Refresh = true } });
        _rig.End(run, "new");
        FlowRun after = _rig.New(Cached);
        _rig.Next(after);

        Assert.Equal("new", after.State.Result);
    }
}
