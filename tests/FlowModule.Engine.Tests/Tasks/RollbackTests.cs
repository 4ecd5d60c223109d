using FlowModule.Engine.Caching;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Tasks;

public class RollbackTests
{
    private readonly DriverRig _rig = new();

    private static RunPolicy Undo(string name) => new() { Rollback = name };

    private FlowRun Complete(FlowRun parent, string name, bool isTask = true)
    {
        FlowRun run = _rig.Started(Undo(name), parent, isTask);
        _rig.End(run, name);
        return run;
    }

    [Fact]
    public void A_flow_that_fails_undoes_what_completed_in_it_the_last_first_and_before_its_hook()
    {
        FlowRun flow = _rig.Started(new RunPolicy { Hooks = new RunHooks { OnFailure = ["hook"] } });
        FlowRun first = _rig.Started(Undo("first"), flow, isTask: true), second = _rig.Started(Undo("second"), flow, isTask: true);
        _rig.End(second);
        _rig.End(first);
        _rig.Fail(_rig.Started(Undo("failed"), flow, isTask: true));

        Assert.Equal(RunStep.Done, _rig.Fail(flow));
        _rig.Next(flow);

        Assert.Equal(["-OnRollback first", "-OnRollback second", "-OnFailure hook"], _rig.Host.Calls);
    }

    [Fact]
    public void A_flow_that_completes_undoes_nothing()
    {
        FlowRun flow = _rig.Started();
        Complete(flow, "task");

        Assert.Equal(RunStep.Done, _rig.End(flow));

        Assert.Empty(_rig.Host.Calls);
    }

    [Fact]
    public void A_rollback_gets_the_task_and_the_state_that_it_completed_in()
    {
        (FlowRun? Subject, FlowState? State) seen = default;
        FlowRun flow = _rig.Started();
        FlowRun task = _rig.Started(new RunPolicy { Rollback = (FlowRun subject, FlowState state) => { seen = (subject, state); } }, flow, isTask: true);
        _rig.End(task, "made");

        _rig.Fail(flow);

        Assert.Equal((task, task.State), seen);
    }

    [Fact]
    public void A_flow_that_is_tried_again_undoes_nothing_until_it_has_failed_for_good_and_then_once()
    {
        FlowRun flow = _rig.Started(DriverRig.Retries(1));
        var ledger = new RunLedger();
        FlowRun task = _rig.Start(_rig.New(Undo("task"), flow, isTask: true, ledger.Enter("task")));
        _rig.End(task);
        Assert.Equal(RunStep.Execute, _rig.Fail(flow));
        Assert.Empty(_rig.Host.Calls);
        ledger.NextAttempt();
        FlowRun again = _rig.New(Undo("task"), flow, isTask: true, ledger.Enter("task"));
        Assert.Equal(RunStep.Done, _rig.Next(again));

        _rig.Fail(flow);

        Assert.Equal(["-OnRollback task"], _rig.Host.Calls);
    }

    [Fact]
    public void Tasks_of_a_subflow_that_completed_are_undone_when_the_flow_around_it_fails()
    {
        FlowRun flow = _rig.Started();
        Complete(flow, "before");
        FlowRun subflow = _rig.Started(parent: flow);
        Complete(subflow, "inside 1");
        Complete(Complete(subflow, "inside 2"), "nested");
        _rig.End(subflow);
        Complete(flow, "after");

        _rig.Fail(flow);

        Assert.Equal(
            ["-OnRollback after", "-OnRollback nested", "-OnRollback inside 2", "-OnRollback inside 1", "-OnRollback before"], _rig.Host.Calls);
    }

    [Fact]
    public void A_subflow_that_fails_undoes_its_own_and_they_are_not_undone_again()
    {
        FlowRun flow = _rig.Started();
        Complete(flow, "outer");
        FlowRun subflow = _rig.Started(parent: flow);
        Complete(subflow, "inner");
        _rig.Fail(subflow);
        Assert.Equal(["-OnRollback inner"], _rig.Host.Calls);

        _rig.Fail(flow);

        Assert.Equal(["-OnRollback inner", "-OnRollback outer"], _rig.Host.Calls);
    }

    [Fact]
    public void A_flow_that_is_stopped_undoes_too_and_one_that_throws_keeps_the_others_from_nothing()
    {
        FlowRun flow = _rig.Started();
        Complete(flow, "first");
        FlowRun task = _rig.Started(new RunPolicy { Rollback = static (FlowRun _, FlowState _) => { throw new InvalidOperationException("cannot undo"); } }, flow, isTask: true);
        _rig.End(task);
        flow.Stop(TestErrors.Cancel);
        flow.Driver!.BodyEnded(RunOutcome.Nothing);

        while (_rig.Next(flow) != RunStep.Done)
        {
        }

        Assert.Equal(["-OnRollback", "-OnRollback first"], _rig.Host.Calls);
        Assert.Equal((StateType.Cancelled, true), (flow.State.Type, flow.IsOver));
    }

    [Fact]
    public void What_ended_with_an_earlier_result_is_not_undone()
    {
        FlowRun flow = _rig.Started();
        _rig.Cache.Enter("key", refresh: false, static () => { }).Complete(1, null);
        FlowRun task = _rig.New(Undo("task") with { Cache = new CacheSettings(null, CachePolicy.Inputs, null, Refresh: false) }, flow, isTask: true);
        Assert.Equal(RunStep.Done, _rig.Next(task));

        _rig.Fail(flow);

        Assert.Equal(["key"], _rig.Host.Calls);
    }

    [Fact]
    public void Tasks_that_complete_at_once_are_each_undone_once()
    {
        using var rig = new TaskRig(4);
        for (int i = 0; i < 500; i++)
        {
            rig.Start(static _ => 1, policy: Undo($"{i}"));
        }

        Assert.Equal(StateType.Failed, rig.EndFlow(TestErrors.Failure("it broke")).Type);

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"-OnRollback {i}").Order(), rig.Host.Calls.Order());
    }
}
