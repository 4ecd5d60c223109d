using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Runs;

public class HookRunnerTests
{
    private readonly DriverRig _rig = new();
    private readonly OutputQueue _output = new(10);
    private int _over;

    private HookRunner For(FlowRun run) => new(run, _output, () => _over++);

    /// <summary>Does the work of a worker until nothing is left.</summary>
    private void Serve(HookRunner hooks)
    {
        int taken = 0;
        while (hooks.Take() is { } run)
        {
            Assert.True(++taken < 10, "The hooks do not end.");
            Assert.Null(hooks.Take());
            Assert.False(hooks.Begin(run, _rig.Host));
        }
    }

    [Fact]
    public void The_hooks_of_a_run_whose_body_has_ended_are_called()
    {
        FlowRun run = _rig.Started(new RunPolicy { Hooks = new RunHooks { OnCancellation = ["hook"] } });
        run.Stop(TestErrors.Cancel);
        run.Driver!.BodyEnded(RunOutcome.Nothing);

        Serve(For(run));

        Assert.Equal(["-OnCancellation hook"], _rig.Host.Calls);
        Assert.Equal((1, true), (_over, run.IsOver));
    }

    [Fact]
    public void A_hook_that_is_interrupted_leaves_the_rest_to_be_called()
    {
        int calls = 0;
        FlowRun flow = _rig.Started(new RunPolicy { Hooks = new RunHooks { OnFailure = ["hook"] } });
        FlowRun task = _rig.Started(new RunPolicy { Rollback = (FlowRun _, FlowState _) => Interrupt() }, flow, isTask: true);
        _rig.End(task);
        flow.Driver!.BodyEnded(new RunOutcome([], TestErrors.Failure("it broke")));

        Serve(For(flow));

        Assert.Equal((1, 1), (calls, _over));
        Assert.Equal(["-OnRollback", "-OnFailure hook"], _rig.Host.Calls);

        void Interrupt()
        {
            calls++;
            throw new HostInterruptedException();
        }
    }

    [Fact]
    public void A_run_that_still_wants_its_body_is_stopped()
    {
        FlowRun fresh = _rig.New();
        Serve(For(fresh));
        FlowRun retried = _rig.Started(DriverRig.Retries(1, 60));
        retried.Driver!.BodyEnded(new RunOutcome([], TestErrors.Failure("it broke")));
        Serve(For(retried));

        Assert.All([fresh, retried], run => Assert.True(run is { IsOver: true, State.Type: StateType.Cancelled }));
        Assert.Equal(2, _over);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void When_its_worker_is_lost_the_run_is_over_all_the_same(bool bodyHasEnded)
    {
        FlowRun run = _rig.Started(DriverRig.Retries(1) with { Hooks = new RunHooks { OnFailure = ["hook"] } });
        run.Driver!.BodyEnded(new RunOutcome([], TestErrors.Failure("it broke")));
        if (!bodyHasEnded)
        {
            Assert.Equal(RunStep.Elsewhere, run.Driver.Next(_rig.Host, mayExecute: false));
        }

        HookRunner hooks = For(run);
        hooks.WorkerLost();
        hooks.WorkerLost();

        Assert.Equal((1, true, 0), (_over, run.IsOver, _rig.Host.Calls.Length));
        Assert.Null(hooks.Take());
    }
}
