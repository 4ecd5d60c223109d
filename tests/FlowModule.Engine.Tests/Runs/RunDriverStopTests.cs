using FlowModule.Engine.Caching;
using FlowModule.Engine.Retries;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Runs;

/// <summary>A stop in any phase ends the run once, releases what it held, and wakes those that wait for it.</summary>
public class RunDriverStopTests
{
    private readonly DriverRig _rig = new();

    private void AssertEnds(FlowRun run, StateType type = StateType.Cancelled)
    {
        bool told = false;
        run.Family.TryAddWaiter(() => told = true);
        Assert.Equal(RunStep.Done, _rig.Next(run));
        Assert.Equal(type, run.State.Type);
        Assert.Same(run.State, run.Driver!.Final);
        Assert.True(told && run.IsOver);
        Assert.Equal(RunStep.Done, _rig.Next(run));
        Assert.Single(run.States, state => state.IsFinal);
        Assert.DoesNotContain(run, FlowRuns.Active);
    }

    [Fact]
    public void Before_it_was_asked_for_anything()
    {
        FlowRun run = _rig.New();
        run.Stop(TestErrors.Cancel);
        AssertEnds(run);
        Assert.Null(run.StartTime);
    }

    [Fact]
    public void While_it_waits_for_what_it_depends_on()
    {
        FlowRun first = _rig.Started();
        FlowRun run = _rig.New(dependencies: new RunDependencies([first], allowFailure: false, resolve: null));
        Assert.Equal(RunStep.Wait, _rig.Next(run));

        run.Stop(TestErrors.Cancel);

        Assert.Equal(1, _rig.Executor.Wakes);
        AssertEnds(run);
        _rig.End(first);
        Assert.Equal(2, _rig.Executor.Wakes);
        Assert.Equal(StateType.Cancelled, run.State.Type);
    }

    [Fact]
    public void While_it_waits_for_a_result_and_the_next_in_line_gets_its_turn()
    {
        var policy = new RunPolicy { Cache = new CacheSettings(null, CachePolicy.Inputs, null, Refresh: false) };
        FlowRun owner = _rig.Started(policy);
        FlowRun run = _rig.New(policy), next = _rig.New(policy);
        Assert.Equal([RunStep.Wait, RunStep.Wait], [_rig.Next(run), _rig.Next(next)]);

        run.Stop(TestErrors.Cancel);
        AssertEnds(run);
        _rig.Fail(owner);

        _rig.Start(next);
        _rig.End(next);
        Assert.Equal(0, _rig.Cache.Computing);
    }

    [Fact]
    public void While_it_waits_for_a_slot()
    {
        _rig.Limits.Set("db", 1, null);
        var policy = new RunPolicy { Limits = ["db"] };
        FlowRun holder = _rig.Started(policy);
        FlowRun run = _rig.New(policy);
        Assert.Equal(RunStep.Wait, _rig.Next(run));
        Assert.Contains(run, FlowRuns.Active);

        run.Stop(TestErrors.Cancel);
        AssertEnds(run);
        _rig.End(holder);

        Assert.Equal((0, 0), (_rig.Limits.Find("db")!.Active, _rig.Limits.Find("db")!.Waiting));
    }

    [Fact]
    public void When_its_slot_was_granted_and_it_has_not_gone_on()
    {
        _rig.Limits.Set("db", 1, null);
        var policy = new RunPolicy { Limits = ["db"] };
        FlowRun holder = _rig.Started(policy);
        FlowRun run = _rig.New(policy);
        _rig.Next(run);
        _rig.End(holder);
        Assert.Equal(1, _rig.Limits.Find("db")!.Active);

        run.Stop(TestErrors.Cancel);

        AssertEnds(run);
        Assert.Equal(0, _rig.Limits.Find("db")!.Active);
    }

    [Fact]
    public void While_it_waits_for_its_retry_it_is_woken_once()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(3, 60));
        _rig.Fail(run);
        int wakes = _rig.Executor.Wakes;

        run.Stop(TestErrors.Cancel);

        Assert.Equal(wakes + 1, _rig.Executor.Wakes);
        AssertEnds(run);
        _rig.Advance(60);
        Assert.Equal(wakes + 1, _rig.Executor.Wakes);
    }

    [Fact]
    public void Between_its_start_and_its_body()
    {
        FlowRun run = _rig.New(new RunPolicy { Hooks = new RunHooks { OnRunning = ["running"], OnCancellation = ["cancelled"] } });
        Assert.Equal(RunStep.Host, run.Driver!.Next(host: null));
        Assert.Equal(StateType.Running, run.State.Type);

        run.Stop(TestErrors.Cancel);

        AssertEnds(run);
        Assert.Equal(["-OnCancellation cancelled"], _rig.Host.Calls);
    }

    [Fact]
    public void In_the_hook_that_says_it_is_running()
    {
        FlowRun run = _rig.New(new RunPolicy { Hooks = new RunHooks { OnRunning = [(FlowRun subject, FlowState _) => { subject.Stop(TestErrors.Cancel); }] } });
        AssertEnds(run);
    }

    [Fact]
    public void In_its_body()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(3));
        run.Stop(TestErrors.Cancel);
        Assert.Equal(RunStep.Wait, _rig.Next(run));
        run.Driver!.BodyEnded(new RunOutcome([], TestErrors.Failure("interrupted")));
        AssertEnds(run);
        Assert.Equal(1, run.Attempt);
    }

    [Fact]
    public void When_its_body_has_ended_and_it_has_not_gone_on()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(3));
        run.Driver!.BodyEnded(new RunOutcome([], TestErrors.Failure("it broke")));
        run.Stop(TestErrors.Cancel);
        AssertEnds(run);
    }

    [Fact]
    public void In_its_retry_condition()
    {
        FlowRun? stopped = null;
        var rig = new DriverRig(new TestHost { Condition = _ => stopped!.Stop(TestErrors.Cancel) });
        FlowRun run = stopped = rig.Started(new RunPolicy { Retry = new RetryPolicy { Count = 3, Condition = "if" } });

        Assert.Equal(RunStep.Done, rig.Fail(run));

        Assert.Equal((StateType.Cancelled, 1), (run.State.Type, run.Attempt));
    }

    [Fact]
    public void In_its_last_hook_it_comes_too_late()
    {
        FlowRun run = _rig.Started(new RunPolicy { Hooks = new RunHooks { OnCompletion = [(FlowRun subject, FlowState _) => Assert.False(subject.Stop(TestErrors.Cancel))] } });
        run.Driver!.BodyEnded(RunOutcome.Nothing);
        AssertEnds(run, StateType.Completed);
    }

    [Fact]
    public void After_its_input_did_not_fit()
    {
        FlowRun run = _rig.New();
        run.Driver!.Fail(TestErrors.Failure("it does not fit"));
        run.Stop(TestErrors.Cancel);
        AssertEnds(run);
    }

    [Fact]
    public void A_wake_between_the_last_look_and_the_wait_is_not_lost()
    {
        _rig.Limits.Set("db", 1, null);
        var policy = new RunPolicy { Limits = ["db"] };
        FlowRun holder = _rig.Started(policy);
        FlowRun run = _rig.New(policy);

        // The slot arrives at the moment in which the run is about to wait.
        _rig.Executor.OnWaiting = waiting =>
        {
            if (waiting == run)
            {
                _rig.End(holder);
            }
        };

        Assert.Equal(RunStep.Wait, _rig.Next(run));
        Assert.Equal(2, _rig.Executor.Wakes);
        _rig.Start(run);
    }

    [Fact]
    public void A_stop_between_the_last_look_and_the_wait_is_not_lost()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(3, 60));
        _rig.Executor.OnWaiting = waiting => waiting.Stop(TestErrors.Cancel);
        int wakes = _rig.Executor.Wakes;

        Assert.Equal(RunStep.Wait, _rig.Fail(run));

        Assert.Equal(wakes + 2, _rig.Executor.Wakes);
        AssertEnds(run);
    }
}
