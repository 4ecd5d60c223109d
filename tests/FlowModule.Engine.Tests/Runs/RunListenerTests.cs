using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Runs;

public class RunListenerTests
{
    private readonly DriverRig _rig = new();
    private readonly HeardRuns _heard = new();

    [Fact]
    public void A_run_is_told_from_its_beginning_to_its_end_with_all_its_attempts()
    {
        FlowRun run = Heard(_rig.New(DriverRig.Retries(1, 10)));
        _rig.Start(run);
        _rig.Fail(run, TestErrors.Failure("it broke"));
        _rig.Advance(10);
        _rig.Start(run);
        _rig.End(run);

        Assert.Equal(
            [
                "test-flow begins, Pending", "test-flow 1 Running", "test-flow threw: " + TestErrors.Failure("it broke").Message, "test-flow 2 AwaitingRetry",
                "test-flow 3 Retrying", "test-flow ends, Completed", "test-flow 4 Completed.", "test-flow is over",
            ],
            _heard.Heard);
    }

    [Fact]
    public void A_run_that_was_stopped_before_it_started_is_told_too()
    {
        FlowRun run = Heard(_rig.New());
        run.Stop(TestErrors.Cancel);
        _rig.Next(run);

        Assert.Equal(
            ["test-flow 1 Cancelling", "test-flow begins, Cancelling", "test-flow ends, Cancelled", "test-flow 2 Cancelled.", "test-flow is over"], _heard.Heard);
    }

    [Fact]
    public void A_run_is_over_when_its_hooks_have_been_called()
    {
        string[] before = [];
        FlowRun run = Heard(_rig.New(new RunPolicy { Hooks = new RunHooks { OnCompletion = [(FlowRun _, FlowState _) => { before = _heard.Heard; }] } }));
        _rig.Start(run);
        _rig.End(run);

        Assert.Equal(("test-flow 2 Completed.", "test-flow is over"), (before[^1], _heard.Heard[^1]));
    }

    [Fact]
    public void Of_runs_inside_those_of_the_session_are_told_and_not_the_runs_own()
    {
        HeardRuns own = new();
        FlowRun parent = Heard(_rig.New());
        parent.Listeners = parent.Listeners.With(own);
        FlowRun child = new TestFlow("child").Run(_rig.Time, parent);
        child.TryStart();
        child.Finish();

        Assert.Equal(5, _heard.Heard.Count(line => line.StartsWith("child ", StringComparison.Ordinal)));
        Assert.Empty(own.Heard);
    }

    [Fact]
    public void The_runs_own_is_told_first()
    {
        FlowRun run = Heard(_rig.New());
        string[]? before = null;
        run.Listeners = run.Listeners.With(new Calling(() => before ??= _heard.Heard));
        _rig.Start(run);

        Assert.Empty(before!);
        Assert.NotEmpty(_heard.Heard);
    }

    [Fact]
    public void One_that_throws_stops_neither_the_run_nor_the_others()
    {
        FlowRun run = _rig.New();
        run.Listeners = RunListeners.None.And(new Calling(static () => throw new InvalidOperationException("No."))).And(_heard);
        _rig.Start(run);

        Assert.Equal(RunStep.Done, _rig.End(run));
        Assert.Equal((StateType.Completed, 5), (run.State.Type, _heard.Heard.Length));
    }

    [Fact]
    public void One_that_was_taken_away_is_told_of_the_runs_that_were_there()
    {
        RunListeners session = RunListeners.None.And(_heard);
        FlowRun before = new TestFlow("before").Run(_rig.Time);
        before.Listeners = session;
        FlowRun after = new TestFlow("after").Run(_rig.Time);
        after.Listeners = session.Except(_heard);
        before.Finish();
        after.Finish();

        Assert.False(after.Listeners.Any);
        Assert.All(_heard.Heard, line => Assert.StartsWith("before ", line, StringComparison.Ordinal));
        Assert.Equal("before is over", _heard.Heard[^1]);
    }

    private FlowRun Heard(FlowRun run)
    {
        run.Listeners = RunListeners.None.And(_heard);
        return run;
    }

    private sealed class Calling(Action action) : IRunListener
    {
        public void Began(FlowRun run) => action();
    }
}
