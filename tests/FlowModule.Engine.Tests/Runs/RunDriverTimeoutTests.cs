using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Runs;

public class RunDriverTimeoutTests
{
    private static readonly RunPolicy TenSeconds = DriverRig.Retries(1, 30) with { TimeoutSeconds = 10 };
    private readonly DriverRig _rig = new();

    [Fact]
    public void Each_attempt_has_the_whole_time()
    {
        FlowRun run = _rig.Started(TenSeconds);
        _rig.Advance(6);
        _rig.Fail(run);
        _rig.Advance(30);
        _rig.Start(run);

        _rig.Advance(9);
        Assert.Null(run.StopRequest);
        _rig.Advance(1);
        Assert.Equal(StopKind.TimedOut, run.StopRequest?.Kind);
        Assert.Equal(RunStep.Done, _rig.End(run));
        Assert.Equal((StateType.Failed, StateNames.TimedOut), (run.State.Type, run.State.Name));
    }

    [Fact]
    public void An_attempt_that_timed_out_is_tried_again_as_if_nobody_had_stopped_it()
    {
        FlowRun run = _rig.Started(TenSeconds);
        _rig.Advance(10);
        Assert.Equal(RunStep.Wait, _rig.End(run));
        Assert.Null(run.StopRequest);
        _rig.Advance(30);
        _rig.Start(run);

        Assert.True(run.CurrentAttempt.TryEnter(static () => { }, abandon: null));
        Assert.False(run.CancellationToken.IsCancellationRequested);
        Assert.Equal(RunStep.Done, _rig.End(run, "in time"));
        Assert.Equal("in time", run.State.Result);
    }

    [Fact]
    public void The_time_does_not_count_while_the_run_waits_for_its_retry()
    {
        FlowRun run = _rig.Started(TenSeconds);
        _rig.Fail(run);

        _rig.Advance(20);

        Assert.Null(run.StopRequest);
        Assert.Equal(StateNames.AwaitingRetry, run.State.Name);
    }

    [Fact]
    public void The_children_of_an_attempt_that_timed_out_end_with_it()
    {
        FlowRun run = _rig.Started(TenSeconds);
        FlowRun child = _rig.Started(parent: run);
        run.TryAddDependent(child);

        _rig.Advance(10);

        Assert.Equal($"Parent run '{run.Name}' was stopped.", child.StopRequest?.Message);
        Assert.Equal(RunStep.Wait, _rig.End(run));
        Assert.Equal(StateType.Running, run.State.Type);
        _rig.End(child);
        run.RemoveDependent(child);
        Assert.Equal(RunStep.Wait, _rig.Next(run));
        Assert.Equal(StateNames.AwaitingRetry, run.State.Name);
    }

    [Fact]
    public void A_timer_of_an_earlier_attempt_that_comes_late_stops_nothing()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(1));
        Assert.Equal(RunStep.Execute, _rig.Fail(run));

        Assert.False(run.Stop(new StopRequest(StopKind.TimedOut, "Too long.") { Attempt = 1 }));

        Assert.Null(run.StopRequest);
    }

    [Fact]
    public void What_is_left_to_do_of_a_stop_when_the_next_attempt_has_begun_does_not_touch_it()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(1));
        bool interrupted = false;
        bool again = false;

        // The dependents are notified first. Here the first attempt ends, and the second begins, before the stop calls its interrupt.
        run.TryAddDependent(new Dependent(dependent =>
        {
            run.RemoveDependent(dependent);
            run.CurrentAttempt.Leave();
            again = _rig.End(run) == RunStep.Execute && run.CurrentAttempt.TryEnter(() => interrupted = true, () => interrupted = true);
        }));
        run.CurrentAttempt.TryEnter(() => interrupted = true, () => interrupted = true);

        Assert.True(run.Stop(new StopRequest(StopKind.TimedOut, "Too long.") { Attempt = 1 }));
        _rig.Advance(FlowRun.GraceSeconds);

        Assert.True(again);
        Assert.False(interrupted);
        Assert.False(run.CancellationToken.IsCancellationRequested);
    }

    [Fact]
    public void A_body_that_is_given_up_is_tried_again_too()
    {
        FlowRun run = _rig.Started(TenSeconds);
        run.CurrentAttempt.TryEnter(static () => { }, () => run.Driver!.BodyEnded(RunOutcome.Abandoned));

        _rig.Advance(10);
        _rig.Advance(FlowRun.GraceSeconds);

        Assert.Equal(RunStep.Wait, _rig.Next(run));
        Assert.Equal(StateNames.AwaitingRetry, run.State.Name);
        Assert.Contains("was abandoned", run.State.Message, StringComparison.Ordinal);
    }

    private sealed class Dependent(Action<IRunDependent> stopped) : IRunDependent
    {
        public void Stop(StopRequest request) => stopped(this);
    }
}
