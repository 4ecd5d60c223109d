using FlowModule.Engine.FanOuts;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.FanOuts;

public sealed class AdHocRunTests : IDisposable
{
    private readonly AdHocRun _call = MakeCall();
    private readonly FanOutRig _rig;

    public AdHocRunTests() => _rig = new FanOutRig(new FanOutOptions { ThrottleLimit = 2 }, parent: _call.Run, heldByParent: true);

    public void Dispose() => _rig.Dispose();

    private static AdHocRun MakeCall()
    {
        var run = new FlowRun(new AdHocDefinition("nightly", "/jobs/sync.ps1", 12), parent: null, TimeProvider.System) { Kind = RunKind.AdHoc };
        return new AdHocRun(run, RunServices.Default, TestErrors.Instance);
    }

    private FlowRun Add()
    {
        _call.Begin();
        var run = new FlowRun(new TestFlow(), parent: null, _rig.Time) { Group = _call.Run };
        _rig.FanOut.Add(run);
        return run.State.IsFinal ? run : _rig.Start();
    }

    private FlowState End()
    {
        _rig.FanOut.CompleteAdding();
        _call.Complete();
        return _call.Run.State;
    }

    [Fact]
    public void It_begins_with_its_first_run_and_ends_with_the_last()
    {
        Assert.Equal(StateType.Pending, _call.Run.State.Type);
        FlowRun run = Add();
        Assert.Equal(StateType.Running, _call.Run.State.Type);
        Assert.Same(_call.Run, ActiveRuns.Find(_call.Run.Id));

        Assert.Equal(StateType.Running, End().Type);
        _rig.End(run);
        _call.Wait();

        Assert.Equal((StateType.Completed, "All states completed."), (_call.Run.State.Type, _call.Run.State.Message));
        Assert.Null(ActiveRuns.Find(_call.Run.Id));
    }

    [Fact]
    public void A_failure_inside_is_its_failure()
    {
        FlowRun good = Add();
        FlowRun bad = Add();
        _rig.End(good);
        _rig.Fail(bad);

        FlowState state = End();

        Assert.Equal(StateType.Failed, state.Type);
        Assert.StartsWith("1/2 states failed. Flow run '" + bad.Name, state.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_stop_is_that_of_its_runs()
    {
        FlowRun run = Add();

        Assert.True(_call.Run.Stop(new StopRequest(StopKind.Cancelled, "Enough.")));
        Assert.NotNull(run.StopRequest);
        FlowRun late = Add();
        Assert.Equal(StateType.Cancelled, late.State.Type);
        _rig.End(run);

        Assert.Equal((StateType.Cancelled, "Enough."), (End().Type, _call.Run.State.Message));
    }

    [Fact]
    public void Its_runs_stay_flow_runs_of_their_own()
    {
        FlowRun run = Add();

        Assert.Equal((RunKind.Flow, null, run), (run.Kind, run.Parent, run.Root()));
        Assert.Same(_call.Run, run.Around);
        _rig.End(run);
        End();
    }

    [Fact]
    public void Without_a_run_nothing_begins()
    {
        End();
        _call.Wait();

        Assert.Equal(StateType.Pending, _call.Run.State.Type);
    }

    [Fact]
    public void One_that_was_stopped_before_it_began_ends_with_its_first_run()
    {
        _call.Run.Stop(new StopRequest(StopKind.Cancelled, "Enough."));

        FlowRun run = Add();
        _call.Wait();

        Assert.Equal((StateType.Cancelled, StateType.Cancelled), (run.State.Type, _call.Run.State.Type));
        End();
    }

    [Fact]
    public void It_knows_its_place_in_a_script_but_has_no_script()
    {
        Assert.Equal(("nightly", "/jobs/sync.ps1", 12, null), (_call.Run.FlowName, _call.Run.Flow.Row.ScriptPath, _call.Run.Flow.Row.ScriptLine, _call.Run.Flow.Row.ScriptHash));
        Assert.Equal("ad hoc", new AdHocDefinition(name: null, path: null, line: 1).Name);
    }
}
