using FlowModule.Engine.Retries;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Runs;

public class RunDriverRetryTests
{
    private readonly DriverRig _rig = new();

    private static string[] Names(FlowRun run) => [.. run.States.Select(state => state.Name)];

    [Fact]
    public void Each_attempt_is_a_state_and_between_them_the_run_waits()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(2, 10, 20));

        Assert.Equal(RunStep.Wait, _rig.Fail(run));
        Assert.Equal((StateType.Scheduled, StateNames.AwaitingRetry, 2), (run.State.Type, run.State.Name, run.Attempt));
        Assert.Equal(_rig.Time.GetLocalNow().AddSeconds(10), run.State.ScheduledTime);
        Assert.Equal("Attempt 1 of 3 failed: Flow run encountered an exception. InvalidOperationException: it broke. The next attempt starts in 10 s.", run.State.Message);
        Assert.Equal(1, _rig.Executor.Waits);
        _rig.Advance(9.9);
        int wakes = _rig.Executor.Wakes;
        _rig.Advance(0.1);
        Assert.Equal(wakes + 1, _rig.Executor.Wakes);
        _rig.Start(run);
        Assert.Equal((StateType.Running, StateNames.Retrying), (run.State.Type, run.State.Name));
        Assert.Equal(RunStep.Wait, _rig.Fail(run));
        _rig.Advance(20);
        _rig.Start(run);
        Assert.Equal(RunStep.Done, _rig.End(run, "third"));

        Assert.Equal(["Pending", "Running", "AwaitingRetry", "Retrying", "AwaitingRetry", "Retrying", "Completed"], Names(run));
        Assert.Equal("third", run.State.Result);
        Assert.Equal(3, run.Attempt);
    }

    [Fact]
    public void After_the_last_attempt_a_failure_is_the_end()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(1, 1));
        _rig.Fail(run);
        _rig.Advance(1);
        _rig.Start(run);

        Assert.Equal(RunStep.Done, _rig.Fail(run));

        Assert.Equal((StateType.Failed, 2), (run.State.Type, run.Attempt));
        Assert.True(run.IsOver);
    }

    [Fact]
    public void Without_a_delay_the_next_attempt_follows_at_once_but_only_where_its_body_can_be_executed()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(1));
        run.Driver!.BodyEnded(new RunOutcome([], TestErrors.Failure("it broke")));

        Assert.Equal(RunStep.Elsewhere, run.Driver.Next(_rig.Host, mayExecute: false));
        Assert.Equal(StateNames.AwaitingRetry, run.State.Name);
        Assert.Equal(RunStep.Execute, _rig.Next(run));
        Assert.Equal(StateNames.Retrying, run.State.Name);
    }

    [Fact]
    public void A_failure_that_says_so_is_not_tried_again()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(3));

        Assert.Equal(RunStep.Done, _rig.Fail(run, TestErrors.Failure("no such file") with { IsPermanent = true }));

        Assert.Equal((StateType.Failed, 1), (run.State.Type, run.Attempt));
    }

    [Fact]
    public void A_failure_can_ask_for_a_longer_delay()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(1, 5));

        _rig.Fail(run, TestErrors.Failure("too many requests") with { RetryAfter = TimeSpan.FromSeconds(60) });

        Assert.Equal(TimeSpan.FromSeconds(60), run.State.ScheduledTime - run.State.Timestamp);
        _rig.Advance(59);
        Assert.Equal(RunStep.Wait, _rig.Next(run));
        _rig.Advance(1);
        _rig.Start(run);
    }

    [Fact]
    public void A_crash_is_tried_again()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(1));

        Assert.Equal(RunStep.Execute, _rig.Fail(run, TestErrors.Failure("the process died") with { IsCrash = true }));

        Assert.Equal(2, run.Attempt);
    }

    [Theory]
    [InlineData(true, 2, "Completed")]
    [InlineData(false, 1, "Failed")]
    public void The_condition_decides_and_sees_the_failure(bool answer, int attempts, string end)
    {
        FlowState? seen = null;
        var rig = new DriverRig(new TestHost
        {
            Condition = state =>
            {
                seen = state;
                return answer;
            },
        });
        FlowRun run = rig.Started(new RunPolicy { Retry = new RetryPolicy { Count = 1, Condition = "if" } });

        if (rig.Fail(run) == RunStep.Execute)
        {
            rig.End(run);
        }

        Assert.Equal((attempts, end), (run.Attempt, run.State.Name));
        Assert.Equal((StateType.Failed, "it broke"), (seen!.Type, Assert.IsType<InvalidOperationException>(seen.Error).Message));
        Assert.Equal(["condition"], rig.Host.Calls);
    }

    [Fact]
    public void The_condition_is_not_asked_about_what_completed_or_was_stopped_and_needs_no_host_then()
    {
        FlowRun completed = _rig.Started(new RunPolicy { Retry = new RetryPolicy { Count = 1, Condition = "if" } });
        FlowRun stopped = _rig.Started(completed.Policy);
        completed.Driver!.BodyEnded(RunOutcome.Nothing);
        stopped.Stop(TestErrors.Cancel);
        stopped.Driver!.BodyEnded(RunOutcome.Nothing);

        Assert.False(completed.Driver.NextThread == StepThread.Host || stopped.Driver.NextThread == StepThread.Host);
        Assert.Equal([RunStep.Done, RunStep.Done], [completed.Driver.Next(host: null), stopped.Driver.Next(host: null)]);
        Assert.Empty(_rig.Host.Calls);
    }

    [Fact]
    public void A_condition_that_throws_is_the_end_and_names_both()
    {
        var rig = new DriverRig(new TestHost { Condition = static _ => throw new ArithmeticException("no sum") });
        FlowRun run = rig.Started(new RunPolicy { Retry = new RetryPolicy { Count = 5, Condition = "if" } });

        Assert.Equal(RunStep.Done, rig.Fail(run));

        Assert.Equal((StateType.Failed, 1), (run.State.Type, run.Attempt));
        Assert.StartsWith("The retry condition threw: no sum. The attempt before it: ", run.State.Message, StringComparison.Ordinal);
        Assert.Contains("it broke", run.State.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_that_is_interrupted_each_time_is_not_asked_for_ever()
    {
        var rig = new DriverRig(new TestHost { Condition = static _ => throw new HostInterruptedException() });
        FlowRun run = rig.Started(new RunPolicy { Retry = new RetryPolicy { Count = 5, Condition = "if" } });

        Assert.Equal(RunStep.Host, rig.Fail(run));
        Assert.Equal(RunStep.Host, rig.Next(run));
        Assert.Equal(RunStep.Done, rig.Next(run));

        Assert.Equal((StateType.Failed, "it broke"), (run.State.Type, ((Exception)run.State.Error!).Message));
        Assert.Equal(2, rig.Host.Calls.Length);
    }

    [Fact]
    public void A_new_attempt_begins_with_nothing_of_the_last()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(1));
        run.CurrentAttempt.CountError();
        FlowRun child = _rig.Started(parent: run);
        run.CurrentAttempt.CountChild(child.Finish(failure: TestErrors.Failure("child broke")));
        CancellationToken first = run.CancellationToken;
        Assert.Equal(0, run.CurrentAttempt.NextTaskNumber("task"));

        Assert.Equal(RunStep.Execute, _rig.Fail(run));

        Assert.Equal((0, 0, 0), (run.ErrorCount, run.CurrentAttempt.Children.Total, run.CurrentAttempt.NextTaskNumber("task")));
        Assert.NotEqual(first, run.CancellationToken);
        Assert.Equal(RunStep.Done, _rig.End(run));
        Assert.Equal(StateType.Completed, run.State.Type);
    }

    [Fact]
    public void What_an_earlier_attempt_left_awaiting_does_not_end_a_later_one_or_keep_it_from_its_end()
    {
        FlowRun run = _rig.Started(DriverRig.Retries(1));
        var deaf = new TaskCompletionSource<int>();
        run.Driver!.BodyEnded(new RunOutcome([deaf.Task]));
        run.Stop(new StopRequest(StopKind.TimedOut, "Too long.") { Attempt = 1 });
        Assert.Equal(RunStep.Execute, _rig.Next(run));
        FlowRun child = _rig.New(parent: run);
        run.TryAddDependent(child);
        run.Driver.BodyEnded(new RunOutcome(["second"]));
        int wakes = _rig.Executor.Wakes;

        // Only now does the first attempt's task end, while the second attempt waits for its child.
        deaf.SetResult(1);
        Assert.Equal(wakes, _rig.Executor.Wakes);
        Assert.Equal(RunStep.Wait, _rig.Next(run));
        run.RemoveDependent(child);

        Assert.Equal(wakes + 1, _rig.Executor.Wakes);
        Assert.Equal(RunStep.Done, _rig.Next(run));
        Assert.Equal("second", run.State.Result);
    }
}
