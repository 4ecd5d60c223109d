using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Runs;

public class RunDriverReuseTests
{
    private readonly DriverRig _rig = new();

    private FlowRun Flow(RunLedger ledger) => new(new TestFlow(), parent: null, _rig.Time, policy: DriverRig.Retries(1)) { Ledger = ledger };

    private (FlowRun Run, RunLedger Ledger) StartFlow()
    {
        var ledger = new RunLedger();
        FlowRun flow = Flow(ledger);
        _ = new RunDriver(flow, _rig.Services, TestErrors.Instance, _rig.Executor);
        return (_rig.Start(flow), ledger);
    }

    private FlowRun Task(FlowRun flow, RunLedger ledger, string key, RunPolicy? policy = null) => _rig.New(policy, flow, isTask: true, ledger.Enter(key));

    [Fact]
    public void What_completed_in_an_earlier_attempt_is_not_run_again()
    {
        (FlowRun flow, RunLedger ledger) = StartFlow();
        FlowRun good = _rig.Start(Task(flow, ledger, "good")), bad = _rig.Start(Task(flow, ledger, "bad"));
        _rig.End(good, "result");
        _rig.Fail(bad);
        Assert.Equal(RunStep.Execute, _rig.Fail(flow));

        FlowRun again = Task(flow, ledger, "good");
        Assert.Equal(RunStep.Done, _rig.Next(again));
        Assert.Equal((StateNames.Cached, "result"), (again.State.Name, again.State.Result));
        _rig.Start(Task(flow, ledger, "bad"));
    }

    [Fact]
    public void Of_two_that_are_the_same_each_finds_its_own()
    {
        (FlowRun flow, RunLedger ledger) = StartFlow();
        _rig.End(_rig.Start(Task(flow, ledger, "same")), 1);
        _rig.Fail(_rig.Start(Task(flow, ledger, "same")));
        _rig.End(_rig.Start(Task(flow, ledger, "same")), 3);
        _rig.Fail(flow);

        FlowRun[] again = [Task(flow, ledger, "same"), Task(flow, ledger, "same"), Task(flow, ledger, "same"), Task(flow, ledger, "same")];

        Assert.Equal([RunStep.Done, RunStep.Execute, RunStep.Done, RunStep.Execute], again.Select(_rig.Next));
        Assert.Equal([1, null, 3, null], again.Select(run => run.State.Result));
    }

    [Fact]
    public void What_was_taken_over_once_is_taken_over_in_each_attempt_that_follows()
    {
        var ledger = new RunLedger();
        LedgerEntry first = ledger.Enter("task");
        FlowRun run = _rig.Start(_rig.New(entry: first));
        _rig.End(run, 1);
        for (int attempt = 2; attempt < 5; attempt++)
        {
            ledger.NextAttempt();
            FlowRun again = _rig.New(entry: ledger.Enter("task"));
            Assert.Equal(RunStep.Done, _rig.Next(again));
            Assert.Equal(1, again.State.Result);
        }
    }

    [Fact]
    public void A_subflow_that_is_run_again_finds_what_completed_in_it()
    {
        (FlowRun flow, RunLedger ledger) = StartFlow();
        LedgerEntry subflow = ledger.Enter("subflow");
        FlowRun sub = _rig.Start(_rig.New(parent: flow, entry: subflow));
        _rig.End(_rig.Start(Task(sub, subflow.Children, "task")), "kept");
        _rig.Fail(sub);
        _rig.Fail(flow);

        LedgerEntry again = ledger.Enter("subflow");
        FlowRun second = _rig.Start(_rig.New(parent: flow, entry: again));
        FlowRun task = Task(second, again.Children, "task");

        Assert.Equal(RunStep.Done, _rig.Next(task));
        Assert.Equal("kept", task.State.Result);
    }

    [Fact]
    public void What_was_stopped_or_not_ready_is_run_again()
    {
        var ledger = new RunLedger();
        FlowRun stopped = _rig.Start(_rig.New(entry: ledger.Enter("task")));
        stopped.Stop(TestErrors.Cancel);
        _rig.End(stopped);
        FlowRun failed = _rig.Started();
        _rig.Fail(failed);
        FlowRun notReady = _rig.New(entry: ledger.Enter("other"), dependencies: new RunDependencies([failed], allowFailure: false, resolve: null));
        _rig.Next(notReady);
        ledger.NextAttempt();

        Assert.Null(ledger.Enter("task").Completed);
        Assert.Null(ledger.Enter("other").Completed);
    }
}
