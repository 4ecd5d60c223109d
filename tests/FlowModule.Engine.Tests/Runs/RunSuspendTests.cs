using FlowModule.Engine.Retries;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Runs;

public class RunSuspendTests
{
    private static readonly StopRequest Suspend = new(StopKind.Suspended, "Suspended by the test.");

    private readonly DriverRig _rig = new();

    [Fact]
    public void A_suspended_run_is_over_and_Paused_and_calls_nothing()
    {
        FlowRun run = _rig.Started(new RunPolicy
        {
            Retry = new RetryPolicy { Count = 3 },
            Hooks = new RunHooks { OnFailure = ["h"], OnCancellation = ["h"], OnCompletion = ["h"], OnCrash = ["h"] },
        });
        FlowRun task = _rig.Started(new RunPolicy { Rollback = "undo" }, run, isTask: true);
        _rig.End(task);
        Assert.True(run.Stop(Suspend));

        Assert.Equal(RunStep.Done, _rig.Fail(run));
        Assert.Equal((StateType.Paused, StateNames.Suspended, Suspend.Message), (run.State.Type, run.State.Name, run.State.Message));
        Assert.Equal((true, false, null), (run.IsOver, run.State.IsFinal, run.State.Error));
        Assert.Empty(_rig.Host.Calls);
    }

    [Fact]
    public void What_is_inside_is_cancelled_and_told_why()
    {
        FlowRun run = _rig.Started(), child = _rig.Started(parent: run);
        run.TryAddDependent(child);
        run.Stop(Suspend);

        Assert.Equal((StopKind.Cancelled, $"Parent run '{run.Name}' was suspended."), (child.StopRequest!.Kind, child.StopRequest.Message));
    }

    [Fact]
    public void One_that_waits_for_its_next_attempt_is_suspended_at_once()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(1, 60));
        Assert.Equal(RunStep.Wait, _rig.Fail(run));
        run.Stop(Suspend);

        Assert.Equal(RunStep.Done, _rig.Next(run));
        Assert.Equal(StateNames.Suspended, run.State.Name);
    }

    [Fact]
    public void One_that_was_stopped_before_stays_stopped()
    {
        FlowRun run = _rig.Started();
        run.Stop(TestErrors.Cancel);
        Assert.False(run.Stop(Suspend));
        _rig.End(run);
        Assert.Equal(StateType.Cancelled, run.State.Type);
    }

    [Fact]
    public void A_run_of_an_earlier_process_begins_as_Resuming_and_has_all_its_retries()
    {
        var run = new FlowRun(new TestFlow(), parent: null, _rig.Time, policy: DriverRig.Retries(1), earlier: new EarlierRun(Guid.NewGuid(), 4));
        _ = new RunDriver(run, _rig.Services, TestErrors.Instance, _rig.Executor);
        _rig.Start(run);
        Assert.Equal((5, StateNames.Resuming), (run.Attempt, run.State.Name));
        Assert.Equal(RunStep.Execute, _rig.Fail(run));
        Assert.Equal((6, StateNames.Retrying), (run.Attempt, run.State.Name));
        Assert.Equal(RunStep.Done, _rig.Fail(run));
        Assert.Equal(["Pending", "Resuming", "AwaitingRetry", "Retrying", "Failed"], run.States.Select(state => state.Name));
        Assert.Contains("Attempt 1 of 2 failed", run.States[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_had_not_started_starts_as_any_other()
    {
        var run = new FlowRun(new TestFlow(), parent: null, _rig.Time, earlier: new EarlierRun(Guid.NewGuid(), 0));
        _ = new RunDriver(run, _rig.Services, TestErrors.Instance, _rig.Executor);
        _rig.Start(run);
        Assert.Equal((1, "Running"), (run.Attempt, run.State.Name));
    }

    [Fact]
    public void A_run_that_waits_for_a_person_is_Paused_and_then_Running()
    {
        FlowRun run = _rig.Started();
        Assert.True(run.TryAwaitInput("Go?"));
        Assert.Equal((StateType.Paused, StateNames.AwaitingInput, "Go?"), (run.State.Type, run.State.Name, run.State.Message));
        Assert.False(run.TryAwaitInput("Twice?"));
        run.GoOn();
        _rig.End(run);
        Assert.Equal(["Pending", "Running", "AwaitingInput", "Running", "Completed"], run.States.Select(state => state.Name));
    }

    [Fact]
    public void A_run_that_is_stopped_while_it_waits_does_not_go_on()
    {
        FlowRun run = _rig.Started();
        run.TryAwaitInput("Go?");
        run.Stop(TestErrors.Cancel);
        run.GoOn();
        Assert.Equal(StateType.Cancelling, run.State.Type);
        _rig.End(run);
        Assert.Equal(StateType.Cancelled, run.State.Type);
    }
}
