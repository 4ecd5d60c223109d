using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Runs;

public class BodyCompletionTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestFlow _flow = new();
    private readonly TestExecutor _executor = new() { Drives = true };

    private FlowRun Started()
    {
        FlowRun run = _flow.Run(_time);
        var driver = new RunDriver(run, new RunServices(_time), TestErrors.Instance, _executor);
        Assert.Equal(RunStep.Execute, driver.Next(host: null));
        return run;
    }

    private static void BodyEnded(FlowRun run, params object?[] output) => BodyEnded(run, new RunOutcome(output));

    private static void BodyEnded(FlowRun run, RunOutcome outcome) => run.Driver!.BodyEnded(outcome);

    private FlowState Final()
    {
        Wait.Until(() => _executor.Ended.Length > 0);
        return Assert.Single(_executor.Ended);
    }

    private static async Task<T> After<T>(Task gate, T value)
    {
        await gate;
        return value;
    }

    private static async Task After(Task gate) => await gate;

    [Fact]
    public void With_nothing_to_await_a_run_ends_on_the_thread_that_ended_its_body()
    {
        FlowRun run = Started();

        BodyEnded(run, 1, 2);

        Assert.Same(run.State, Assert.Single(_executor.Ended));
        Assert.Equal([1, 2], Assert.IsType<object?[]>(run.State.Result));
    }

    [Fact]
    public void Tasks_in_the_output_give_way_to_their_results_in_place()
    {
        FlowRun run = Started();
        var gate = new TaskCompletionSource();
        var last = new TaskCompletionSource<int>();

        BodyEnded(run, "first", last.Task, Task.FromResult("second"), After(gate.Task), Task.CompletedTask, After(gate.Task, 3.5), Task.FromResult<object?>(null), "end");
        Assert.False(run.State.IsFinal);
        gate.SetResult();
        Assert.False(run.State.IsFinal);
        last.SetResult(4);

        Assert.Equal(["first", 4, "second", 3.5, null, "end"], Assert.IsType<object?[]>(Final().Result));
    }

    [Fact]
    public void One_task_gives_one_result_and_one_without_a_result_nothing()
    {
        FlowRun single = Started(), none = Started();

        BodyEnded(single, Task.FromResult(7));
        BodyEnded(none, After(Task.CompletedTask));
        Wait.Until(() => single.State.IsFinal && none.State.IsFinal);

        Assert.Equal(7, single.State.Result);
        Assert.Null(none.State.Result);
    }

    [Fact]
    public void The_states_that_tasks_give_decide()
    {
        FlowRun run = Started();

        BodyEnded(run, Task.FromResult(_flow.StateOf(StateType.Failed)));

        Assert.StartsWith("1/1 states failed. Flow run '", Final().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_faulted_task_fails_the_run_with_what_it_threw_once_all_are_awaited()
    {
        FlowRun run = Started();
        var gate = new TaskCompletionSource();
        var thrown = new TimeoutException("no answer");

        BodyEnded(run, Task.FromException(thrown), Task.FromException<int>(new InvalidOperationException("second")), gate.Task);
        Assert.False(run.State.IsFinal);
        gate.SetResult();

        FlowState final = Final();
        Assert.Equal((StateType.Failed, "Flow run encountered an exception. TimeoutException: no answer"), (final.Type, final.Message));
        Assert.Same(thrown, final.Error);
    }

    [Fact]
    public void A_cancelled_task_fails_a_run_that_nobody_stopped()
    {
        FlowRun run = Started();

        BodyEnded(run, Task.FromCanceled<int>(new CancellationToken(canceled: true)));

        Assert.Equal(StateType.Failed, Final().Type);
        Assert.StartsWith("Flow run encountered an exception. TaskCanceledException: ", run.State.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tasks_beside_a_failure_are_not_awaited()
    {
        FlowRun run = Started();

        BodyEnded(run, new RunOutcome([new TaskCompletionSource().Task], TestErrors.Failure("it broke")));

        Assert.Equal(StateType.Failed, Assert.Single(_executor.Ended).Type);
    }

    [Fact]
    public void A_run_stopped_while_it_awaits_ends_when_its_tasks_do()
    {
        FlowRun run = Started();
        var task = new TaskCompletionSource<int>();
        using CancellationTokenRegistration registration = run.CancellationToken.Register(() => task.SetCanceled(run.CancellationToken));

        BodyEnded(run, task.Task);
        run.Stop(TestErrors.Cancel);

        Assert.Equal((StateType.Cancelled, "Stopped by the test."), (Final().Type, run.State.Message));
    }

    [Fact]
    public void A_run_stopped_while_it_awaits_a_task_that_does_not_listen_ends_at_once()
    {
        FlowRun run = Started();
        var task = new TaskCompletionSource<int>();
        BodyEnded(run, task.Task);

        run.Stop(TestErrors.Cancel);

        FlowState final = Assert.Single(_executor.Ended);
        Assert.Equal((StateType.Cancelled, "Stopped by the test."), (final.Type, final.Message));
        task.SetResult(1);
        Assert.Same(final, run.State);
        Assert.Same(final, Final());
    }

    [Fact]
    public void A_run_stopped_before_its_tasks_are_awaited_ends_at_once()
    {
        FlowRun run = Started();
        run.Stop(TestErrors.Cancel);

        BodyEnded(run, new TaskCompletionSource<int>().Task);

        Assert.Equal(StateType.Cancelled, Assert.Single(_executor.Ended).Type);
    }

    [Fact]
    public void A_run_waits_for_its_children_and_they_decide_when_it_gave_nothing()
    {
        FlowRun run = Started(), child = Started();
        run.TryAddDependent(child);

        BodyEnded(run);
        Assert.Empty(_executor.Ended);
        run.CurrentAttempt.CountChild(child.Finish(failure: TestErrors.Failure("it broke")));
        run.RemoveDependent(child);

        Assert.Equal((StateType.Failed, $"1/1 states failed. Flow run '{child.Name}': InvalidOperationException: it broke"), (Assert.Single(_executor.Ended).Type, run.State.Message));
    }

    [Fact]
    public void A_run_waits_for_its_tasks_and_then_for_its_children()
    {
        FlowRun run = Started(), child = Started();
        run.TryAddDependent(child);
        var task = new TaskCompletionSource<int>();

        BodyEnded(run, task.Task);
        task.SetResult(1);
        Assert.False(run.State.IsFinal);
        run.RemoveDependent(child);

        Assert.Equal(1, Final().Result);
    }

    [Fact]
    public void A_run_that_is_given_up_does_not_wait_for_children_that_are_stuck_with_it()
    {
        FlowRun run = Started(), child = Started();
        run.TryAddDependent(child);
        run.Stop(TestErrors.Cancel);

        BodyEnded(run, RunOutcome.Abandoned);

        Assert.Equal(StateType.Cancelled, Assert.Single(_executor.Ended).Type);
        Assert.False(child.State.IsFinal);
        run.RemoveDependent(child);
        Assert.Single(_executor.Ended);
    }

    [Fact]
    public void What_a_body_comes_to_after_it_was_given_up_changes_nothing()
    {
        FlowRun run = Started();
        run.CurrentAttempt.TryEnter(static () => { }, () => BodyEnded(run, RunOutcome.Abandoned));
        run.Stop(new StopRequest(StopKind.TimedOut, "Too long."));
        _time.Advance(TimeSpan.FromSeconds(FlowRun.GraceSeconds));
        FlowState final = Assert.Single(_executor.Ended);

        BodyEnded(run, "late");
        BodyEnded(run, Task.FromResult(1));

        Assert.Equal("TimedOut", final.Name);
        Assert.Same(final, run.State);
        Assert.Same(final, Assert.Single(_executor.Ended));
    }

    [Fact]
    public void The_end_of_the_tasks_and_the_end_of_the_grace_end_a_run_once()
    {
        for (int round = 0; round < 200; round++)
        {
            FlowRun run = Started();
            var task = new TaskCompletionSource<int>();
            BodyEnded(run, task.Task);
            run.Stop(TestErrors.Cancel);
            using var together = new Barrier(2);
            var other = new TestThread(() =>
            {
                together.SignalAndWait(Wait.Limit);
                task.SetResult(1);
            });
            together.SignalAndWait(Wait.Limit);
            _time.Advance(TimeSpan.FromSeconds(FlowRun.GraceSeconds));
            other.Join();

            Wait.Until(() => _executor.Ended.Length > round);
            Assert.Equal(round + 1, _executor.Ended.Length);
            Assert.Equal(StateType.Cancelled, run.State.Type);
        }
    }
}
