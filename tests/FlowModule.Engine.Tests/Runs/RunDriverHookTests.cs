using FlowModule.Engine.Caching;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Runs;

public class RunDriverHookTests
{
    private static readonly RunHooks All = new()
    {
        OnRunning = ["r"], OnCompletion = ["co"], OnFailure = ["f"], OnCancellation = ["ca"], OnCrash = ["cr"],
    };

    private readonly DriverRig _rig = new();

    [Fact]
    public void A_run_that_completes_calls_two_once_each()
    {
        FlowRun run = _rig.Started(new RunPolicy { Hooks = All });
        Assert.Equal(RunStep.Done, _rig.End(run));

        Assert.Equal(["-OnRunning r", "-OnCompletion co"], _rig.Host.Calls);
    }

    [Fact]
    public void Each_end_has_its_hook()
    {
        FlowRun failed = _rig.Started(new RunPolicy { Hooks = All with { OnRunning = [] } });
        FlowRun crashed = _rig.Started(failed.Policy), cancelled = _rig.Started(failed.Policy);
        _rig.Fail(failed);
        _rig.Fail(crashed, TestErrors.Failure("the process died") with { IsCrash = true });
        cancelled.Stop(TestErrors.Cancel);
        _rig.End(cancelled);

        Assert.Equal(["-OnFailure f", "-OnCrash cr", "-OnCancellation ca"], _rig.Host.Calls);
    }

    [Fact]
    public void Those_of_one_event_are_called_in_their_order_in_each_attempt()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(1) with { Hooks = new RunHooks { OnRunning = ["r1", "r2"], OnFailure = ["f1", "f2", "f3"] } });
        Assert.Equal(RunStep.Execute, _rig.Fail(run));
        Assert.Equal(RunStep.Done, _rig.Fail(run));

        string[] running = ["-OnRunning r1", "-OnRunning r2"];
        Assert.Equal([.. running, .. running, "-OnFailure f1", "-OnFailure f2", "-OnFailure f3"], _rig.Host.Calls);
    }

    [Fact]
    public void One_that_is_interrupted_keeps_the_others_from_nothing()
    {
        Action<FlowRun, FlowState> interrupted = static (_, _) => throw new HostInterruptedException();
        FlowRun run = _rig.New(new RunPolicy { Hooks = new RunHooks { OnRunning = [interrupted, "r2"], OnCompletion = [interrupted, "co2"] } });
        Assert.Equal(RunStep.Host, _rig.Next(run));
        _rig.Start(run);
        Assert.Equal(RunStep.Host, _rig.End(run));
        Assert.Equal(RunStep.Done, _rig.Next(run));

        Assert.Equal(["-OnRunning", "-OnRunning r2", "-OnCompletion", "-OnCompletion co2"], _rig.Host.Calls);
    }

    [Fact]
    public void Each_attempt_runs_and_only_the_last_fails()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(1) with { Hooks = All });
        Assert.Equal(RunStep.Execute, _rig.Fail(run));
        Assert.Equal(RunStep.Done, _rig.Fail(run));

        Assert.Equal(["-OnRunning r", "-OnRunning r", "-OnFailure f"], _rig.Host.Calls);
    }

    [Fact]
    public void Hooks_wait_for_one_who_can_call_them()
    {
        FlowRun run = _rig.New(new RunPolicy { Hooks = All });
        RunDriver driver = run.Driver!;

        Assert.False(driver.NextThread == StepThread.Host);
        Assert.Equal(RunStep.Host, driver.Next(host: null));
        Assert.True(driver.NextThread == StepThread.Host);
        Assert.Equal(RunStep.Execute, driver.Next(_rig.Host));
        driver.BodyEnded(RunOutcome.Nothing);
        Assert.Equal(RunStep.Host, driver.Next(host: null));
        Assert.Equal((StateType.Completed, false), (run.State.Type, run.IsOver));
        Assert.Null(driver.Final);
        Assert.Equal(RunStep.Done, driver.Next(_rig.Host));
        Assert.True(run.IsOver);
    }

    [Fact]
    public void A_hook_sees_the_final_state_and_the_run_is_over_after_it()
    {
        (FlowState? State, bool IsOver) seen = default;
        FlowRun run = _rig.Started(new RunPolicy { Hooks = new RunHooks { OnFailure = [(FlowRun subject, FlowState state) => { seen = (state, subject.IsOver); }] } });

        _rig.Fail(run);

        Assert.Equal((run.State, false), seen);
    }

    [Fact]
    public void A_hook_that_throws_or_is_interrupted_changes_no_state_and_keeps_the_run_from_its_end_no_longer()
    {
        Action<FlowRun, FlowState> throwing = static (_, _) => throw new InvalidOperationException("hook broke");
        Action<FlowRun, FlowState> interrupted = static (_, _) => throw new HostInterruptedException();
        FlowRun one = _rig.Started(new RunPolicy { Hooks = new RunHooks { OnCompletion = [throwing] } });
        FlowRun other = _rig.Started(new RunPolicy { Hooks = new RunHooks { OnCompletion = [interrupted] } });

        Assert.Equal(RunStep.Done, _rig.End(one));
        Assert.Equal(RunStep.Host, _rig.End(other));
        Assert.Equal(RunStep.Done, _rig.Next(other));

        Assert.All([one, other], run => Assert.True(run is { IsOver: true, State.Type: StateType.Completed }));
    }

    [Fact]
    public void A_first_hook_that_is_interrupted_is_not_called_again()
    {
        int calls = 0;
        Action<FlowRun, FlowState> interrupted = (_, _) =>
        {
            calls++;
            throw new HostInterruptedException();
        };
        FlowRun run = _rig.New(new RunPolicy { Hooks = new RunHooks { OnRunning = [interrupted] } });

        Assert.Equal(RunStep.Host, _rig.Next(run));
        _rig.Start(run);

        Assert.Equal(1, calls);
    }

    [Fact]
    public void Without_a_host_that_lives_the_run_ends_without_its_hooks()
    {
        FlowRun run = _rig.Started(new RunPolicy { Hooks = All with { OnRunning = [] } });
        run.Driver!.BodyEnded(RunOutcome.Nothing);
        run.Driver.FailWithoutHost(TestErrors.Failure("the worker died"));

        Assert.Equal(RunStep.Done, run.Driver.Next(host: null));

        Assert.Equal(StateType.Completed, run.State.Type);
        Assert.Empty(_rig.Host.Calls);
    }

    [Fact]
    public void A_run_that_was_cached_calls_that_it_completed_and_one_that_never_started_calls_nothing()
    {
        var policy = new RunPolicy { Hooks = All, Cache = new CacheSettings(null, CachePolicy.Inputs, null, Refresh: false) };
        _rig.Cache.Enter("key", refresh: false, static () => { }).Complete(1, null);
        FlowRun cached = _rig.New(policy), stopped = _rig.New(policy);
        stopped.Stop(TestErrors.Cancel);

        Assert.Equal([RunStep.Done, RunStep.Done], [_rig.Next(cached), _rig.Next(stopped)]);

        Assert.Equal(["key", "-OnCompletion co"], _rig.Host.Calls);
    }

    [Fact]
    public void What_an_executor_is_told_is_told_once()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(1));
        _rig.Fail(run);
        _rig.End(run);

        Assert.Equal(
            [
                $"Beginning flow run '{run.Name}' for flow 'test-flow'...",
                $"Flow run '{run.Name}': Attempt 1 of 2 failed: Flow run encountered an exception. InvalidOperationException: it broke. The next attempt starts in 0 s.",
                $"Retrying flow run '{run.Name}' (attempt 2 of 2)...",
                $"Flow run '{run.Name}' finished in state Completed(message=None, type=COMPLETED)",
            ],
            _rig.Executor.Lines);
    }
}
