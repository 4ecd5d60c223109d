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
    public void Those_that_fail_are_counted_and_named_in_the_message_of_the_flow_which_its_hook_sees()
    {
        var rig = new DriverRig(new TestHost { Throwing = ["bad", "bad hook"] });
        FlowState? seen = null;
        FlowRun flow = rig.Started(new RunPolicy { Hooks = new RunHooks { OnFailure = ["bad hook", (FlowRun _, FlowState state) => { seen = state; }] } });
        FlowRun[] tasks = [rig.Started(Undo("good"), flow, isTask: true), rig.Started(Undo("bad"), flow, isTask: true), rig.Started(Undo("good"), flow, isTask: true)];
        Array.ForEach(tasks, task => rig.End(task));

        Assert.Equal(RunStep.Done, rig.Fail(flow, TestErrors.Failure("it broke")));

        Assert.Equal($"{flow.States[^2].Message}. 1 of 3 rollbacks failed: task run '{tasks[1].Name}'.", flow.State.Message);
        Assert.Same(flow.State, flow.Driver!.Final);
        Assert.Same(flow.State, seen);
        Assert.Equal(flow.States[^2].Timestamp, flow.State.Timestamp);
        Assert.Equal(["-OnRollback good", "-OnRollback bad", "-OnRollback good", "-OnFailure bad hook", "-OnFailure"], rig.Host.Calls);
    }

    [Fact]
    public void One_that_was_interrupted_has_failed()
    {
        FlowRun flow = _rig.Started();
        Action<FlowRun, FlowState> interrupted = static (_, _) => throw new HostInterruptedException();
        FlowRun task = _rig.Started(new RunPolicy { Rollback = interrupted }, flow, isTask: true);
        _rig.End(task);

        Assert.Equal(RunStep.Host, _rig.Fail(flow));
        Assert.Equal(RunStep.Done, _rig.Next(flow));

        Assert.Equal($"{flow.States[^2].Message}. 1 of 1 rollbacks failed: task run '{task.Name}'.", flow.State.Message);
    }

    [Fact]
    public void One_whose_host_was_given_up_has_failed_once_also_if_it_comes_back()
    {
        FlowRun flow = _rig.Started();
        Action<FlowRun, FlowState> stuck = (_, _) =>
        {
            flow.Driver!.HostLost(_rig.Host);
            Assert.Equal(RunStep.Done, flow.Driver.Next(new TestHost()));
            throw new HostInterruptedException();
        };
        FlowRun task = _rig.Started(new RunPolicy { Rollback = stuck }, flow, isTask: true);
        _rig.End(task);

        Assert.Equal(RunStep.Wait, _rig.Fail(flow));

        Assert.Equal($"{flow.States[^2].Message}. 1 of 1 rollbacks failed: task run '{task.Name}'.", flow.State.Message);
        Assert.Equal(2, flow.States.Count(static state => state.IsFinal));
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
