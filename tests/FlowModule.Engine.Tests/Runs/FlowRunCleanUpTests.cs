using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Runs;

/// <summary>What a run that is being stopped may start to clean up, and until when.</summary>
public class FlowRunCleanUpTests
{
    private readonly DriverRig _rig = new();

    /// <summary>A run whose body was interrupted: in a worker, which is given up after the grace period, or in the session, which is not.</summary>
    private FlowRun Stopped(bool inWorker = true)
    {
        FlowRun run = _rig.Started();
        run.CurrentAttempt.TryEnter(static () => { }, inWorker ? () => run.Driver!.BodyEnded(RunOutcome.Abandoned) : null);
        run.Stop(TestErrors.Cancel);
        return run;
    }

    private FlowRun ChildOf(FlowRun parent, bool isInline = false)
    {
        FlowRun child = _rig.Start(_rig.New(parent: parent, isTask: true, isInline: isInline));
        Assert.True(parent.TryAddDependent(child));
        return child;
    }

    private void AdvanceGrace() => _rig.Advance(FlowRun.GraceSeconds);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_its_body_starts_after_the_interrupt_is_executed(bool inWorker)
    {
        FlowRun run = Stopped(inWorker);
        FlowRun child = ChildOf(run);

        _rig.End(child, "cleaned");
        run.RemoveDependent(child);
        run.CurrentAttempt.Leave();

        Assert.True(child.State.IsCompleted);
        Assert.Equal(RunStep.Done, _rig.End(run));
        Assert.Equal(StateType.Cancelled, run.State.Type);
    }

    [Fact]
    public void What_its_body_had_started_before_is_stopped()
    {
        FlowRun run = _rig.Started();
        run.CurrentAttempt.TryEnter(static () => { }, abandon: null);
        FlowRun before = ChildOf(run);

        run.Stop(TestErrors.Cancel);
        FlowRun after = ChildOf(run);

        Assert.NotNull(before.StopRequest);
        Assert.Null(after.StopRequest);
    }

    [Fact]
    public void Between_the_stop_and_the_interrupt_nothing_starts()
    {
        FlowRun run = _rig.Started();
        bool? added = null;
        run.CurrentAttempt.TryEnter(static () => { }, abandon: null);
        run.TryAddDependent(new Dependent(_ => added = run.TryAddDependent(_rig.New(parent: run))));

        run.Stop(TestErrors.Cancel);

        Assert.False(added);
    }

    [Fact]
    public void In_a_worker_its_time_is_the_grace_period()
    {
        FlowRun run = Stopped();
        FlowRun child = ChildOf(run);

        AdvanceGrace();

        Assert.Equal($"Parent run '{run.Name}' was stopped, and its clean-up took longer than 5 seconds.", child.StopRequest?.Message);
        Assert.False(run.TryAddDependent(_rig.New(parent: run)));
    }

    [Fact]
    public void In_the_session_its_time_is_that_of_the_body_which_is_waited_for()
    {
        FlowRun run = Stopped(inWorker: false);
        FlowRun first = ChildOf(run);
        AdvanceGrace();
        FlowRun second = ChildOf(run);
        Assert.Null(first.StopRequest);

        run.CurrentAttempt.Leave();

        Assert.NotNull(first.StopRequest);
        Assert.NotNull(second.StopRequest);
        Assert.False(run.TryAddDependent(_rig.New(parent: run)));
    }

    [Fact]
    public void What_its_body_has_not_awaited_has_the_rest_of_the_grace_period()
    {
        FlowRun run = Stopped();
        FlowRun child = ChildOf(run);
        run.CurrentAttempt.Leave();
        run.Driver!.BodyEnded(RunOutcome.Nothing);
        Assert.Null(child.StopRequest);

        AdvanceGrace();

        Assert.NotNull(child.StopRequest);
        Assert.Equal(RunStep.Wait, _rig.Next(run));
        _rig.End(child);
        run.RemoveDependent(child);
        Assert.Equal(RunStep.Done, _rig.Next(run));
    }

    [Fact]
    public void The_clean_up_of_a_run_inside_it_ends_with_its_thread()
    {
        FlowRun run = _rig.Started();
        run.CurrentAttempt.TryEnter(static () => { }, () => run.Driver!.BodyEnded(RunOutcome.Abandoned));
        FlowRun inner = ChildOf(run, isInline: true);
        inner.CurrentAttempt.TryEnter(static () => { }, abandon: null);
        run.Stop(TestErrors.Cancel);
        FlowRun cleaning = ChildOf(inner);

        AdvanceGrace();

        Assert.NotNull(cleaning.StopRequest);
        Assert.False(inner.TryAddDependent(_rig.New(parent: inner)));
    }

    [Fact]
    public void The_next_attempt_of_a_run_that_timed_out_starts_as_any_other()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(1) with { TimeoutSeconds = 10 });
        run.CurrentAttempt.TryEnter(static () => { }, abandon: null);
        _rig.Advance(10);
        FlowRun cleaning = ChildOf(run);
        _rig.End(cleaning);
        run.RemoveDependent(cleaning);
        run.CurrentAttempt.Leave();

        Assert.Equal(RunStep.Execute, _rig.End(run));
        FlowRun child = ChildOf(run);
        AdvanceGrace();

        Assert.Null(child.StopRequest);
    }

    [Fact]
    public void A_hook_of_a_run_that_has_ended_may_start_something_until_the_run_is_over()
    {
        FlowRun? awaited = null, left = null;
        FlowRun run = _rig.Started(new RunPolicy
        {
            Hooks = new RunHooks
            {
                OnCancellation =
                [
                    (FlowRun subject, FlowState _) =>
                    {
                        awaited = ChildOf(subject);
                        _rig.End(awaited);
                        subject.RemoveDependent(awaited);
                        left = ChildOf(subject);
                    },
                ],
            },
        });
        run.Stop(TestErrors.Cancel);

        Assert.Equal(RunStep.Done, _rig.End(run));

        Assert.True(awaited!.State.IsCompleted);
        Assert.Equal($"Parent run '{run.Name}' is over, and its hooks did not wait.", left!.StopRequest?.Message);
        Assert.False(run.TryAddDependent(_rig.New(parent: run)));
    }

    private sealed class Dependent(Action<IRunDependent> stopped) : IRunDependent
    {
        public void Stop(StopRequest request) => stopped(this);
    }
}
