using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Runs;

public class FlowRunTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestFlow _flow = new();

    [Fact]
    public void A_run_goes_from_Pending_through_Running_to_its_end_and_knows_its_times()
    {
        FlowRun run = _flow.Run(_time);
        Assert.Equal((StateType.Pending, null, TimeSpan.Zero), (run.State.Type, run.StartTime, run.Duration));

        _time.Advance(TimeSpan.FromSeconds(1));
        DateTimeOffset started = _time.GetLocalNow();
        Assert.True(run.TryStart());
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((started, null, TimeSpan.FromSeconds(2)), (run.StartTime, run.EndTime, run.Duration));

        FlowState final = run.Finish([42]);
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal([StateType.Pending, StateType.Running, StateType.Completed], run.Types());
        Assert.Same(final, run.State);
        Assert.Equal(42, final.Result);
        Assert.Same(run, final.Run);
        Assert.Equal((started.AddSeconds(2), TimeSpan.FromSeconds(2)), (run.EndTime, run.Duration));
    }

    [Fact]
    public void A_run_starts_once()
    {
        FlowRun run = _flow.Run(_time);

        Assert.True(run.TryStart());
        Assert.False(run.TryStart());
        run.Finish();
        Assert.False(run.TryStart());
    }

    [Fact]
    public void A_run_that_was_stopped_first_does_not_start()
    {
        FlowRun run = _flow.Run(_time);

        Assert.True(run.Stop(TestErrors.Cancel));
        Assert.False(run.TryStart());
        run.Finish();

        Assert.Equal([StateType.Pending, StateType.Cancelling, StateType.Cancelled], run.Types());
        Assert.Null(run.StartTime);
    }

    [Fact]
    public void The_first_stop_wins()
    {
        FlowRun run = _flow.Run(_time);
        run.TryStart();

        Assert.True(run.Stop(TestErrors.Cancel));
        Assert.False(run.Stop(new StopRequest(StopKind.TimedOut, "Later.")));

        Assert.Equal(StateType.Cancelling, run.State.Type);
        Assert.Equal("Stopped by the test.", run.Finish().Message);
        Assert.Equal(StateType.Cancelled, run.State.Type);
    }

    [Fact]
    public void Nothing_changes_a_state_that_is_final()
    {
        FlowRun run = _flow.Run(_time);
        run.TryStart();
        FlowState final = run.Finish();

        Assert.False(run.Stop(TestErrors.Cancel));
        Assert.Null(run.End(new RunOutcome([], TestErrors.Failure("late")), TestErrors.Instance.Describe));
        Assert.False(run.TryAddDependent(_flow.Run(_time)));
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Same(final, run.State);
        Assert.Null(run.StopRequest);
        Assert.Equal(3, run.States.Length);
    }

    [Fact]
    public void Only_one_of_many_that_end_a_run_at_once_does()
    {
        for (int round = 0; round < 200; round++)
        {
            FlowRun run = _flow.Run(_time);
            run.TryStart();
            using var together = new Barrier(3);
            int ended = 0;
            TestThread[] threads =
            [
                new(() => { together.SignalAndWait(Wait.Limit); Count(run.End(RunOutcome.Nothing, TestErrors.Instance.Describe)); }),
                new(() => { together.SignalAndWait(Wait.Limit); Count(run.End(RunOutcome.Abandoned, TestErrors.Instance.Describe)); }),
                new(() => { together.SignalAndWait(Wait.Limit); run.Stop(TestErrors.Cancel); }),
            ];
            Array.ForEach(threads, thread => thread.Join());

            Assert.Equal(1, ended);
            Assert.Single(run.States, state => state.IsFinal);
            Assert.True(run.State.IsFinal);
            Assert.Equal(run.StopRequest is null ? StateType.Completed : StateType.Cancelled, run.State.Type);

            void Count(FlowState? state) => Interlocked.Add(ref ended, state is null ? 0 : 1);
        }
    }

    [Fact]
    public void Errors_that_were_written_count_when_the_flow_says_so()
    {
        FlowRun lenient = _flow.Run(_time);
        lenient.CurrentAttempt.CountError();
        FlowRun strict = new FailOnErrorFlow().Run(_time);
        strict.CurrentAttempt.CountError();

        Assert.Equal((1, StateType.Completed), (lenient.ErrorCount, lenient.Finish().Type));
        Assert.Equal((StateType.Failed, "1 error was written."), (strict.Finish().Type, strict.State.Message));
    }

    [Fact]
    public void The_host_describes_the_error_of_a_run_that_did_not_complete_only()
    {
        FlowRun completed = _flow.Run(_time), failed = _flow.Run(_time, runName: "shy-newt");

        Assert.Null(completed.Finish().Error);
        failed.Stop(TestErrors.Cancel);
        Assert.Equal("Flow run 'shy-newt': Stopped by the test.", failed.Finish().Error);
    }

    [Fact]
    public void The_host_describes_an_error_while_the_run_answers_others()
    {
        FlowRun run = _flow.Run(_time);
        run.TryStart();
        using var describing = new ManualResetEventSlim();
        using var answered = new ManualResetEventSlim();
        var ending = new TestThread(() => run.End(new RunOutcome([], TestErrors.Failure("it broke")), (_, verdict) =>
        {
            describing.Set();
            Wait.For(answered);
            return verdict.Error;
        }));
        Wait.For(describing);

        Assert.False(run.Stop(TestErrors.Cancel));
        Assert.Equal(StateType.Running, run.State.Type);
        Assert.Null(run.End(RunOutcome.Nothing, TestErrors.Instance.Describe));
        answered.Set();
        ending.Join();

        Assert.Equal(StateType.Failed, run.State.Type);
    }

    [Fact]
    public void A_host_that_fails_to_describe_an_error_does_not_keep_the_run_from_ending()
    {
        FlowRun run = _flow.Run(_time);
        var failure = TestErrors.Failure("it broke");

        FlowState? final = run.End(new RunOutcome([], failure), (_, _) => throw new InvalidOperationException("no words"));

        Assert.Equal(StateType.Failed, final?.Type);
        Assert.Same(failure.Error, final?.Error);
    }

    [Fact]
    public void Active_runs_are_those_that_started_and_have_not_ended()
    {
        FlowRun run = _flow.Run(_time);
        Assert.DoesNotContain(run, FlowRuns.Active);

        run.TryStart();
        Assert.Contains(run, FlowRuns.Active);
        Assert.Same(run, ActiveRuns.Find(run.Id));

        run.Finish();
        Assert.DoesNotContain(run, FlowRuns.Active);
        Assert.Null(ActiveRuns.Find(run.Id));
    }

    [Fact]
    public void The_end_of_a_run_that_started_is_told_once_and_of_one_that_did_not_never()
    {
        FlowRun started = _flow.Run(_time), unstarted = _flow.Run(_time);
        List<FlowRun> ended = [];
        void Note(object? sender, FlowRunEndedEventArgs e)
        {
            // Other tests run at the same time, and their runs end too.
            if (e.Run == started || e.Run == unstarted)
            {
                Assert.True(e.Run.State.IsFinal);
                ended.Add(e.Run);
            }
        }

        FlowRuns.Ended += Note;
        try
        {
            started.TryStart();
            started.Finish();
            started.End(RunOutcome.Nothing, TestErrors.Instance.Describe);
            unstarted.Stop(TestErrors.Cancel);
            unstarted.Finish();
        }
        finally
        {
            FlowRuns.Ended -= Note;
        }

        Assert.Equal([started], ended);
    }

    [Fact]
    public void A_listener_that_throws_loses_no_end_and_no_other_listener()
    {
        FlowRun run = _flow.Run(_time);
        bool told = false;
        void Throw(object? sender, FlowRunEndedEventArgs e) => _ = e.Run == run ? throw new InvalidOperationException("The listener broke.") : 0;
        void Note(object? sender, FlowRunEndedEventArgs e) => told |= e.Run == run;
        FlowRuns.Ended += Throw;
        FlowRuns.Ended += Note;
        try
        {
            run.TryStart();
            Assert.Equal(StateType.Completed, run.Finish().Type);
        }
        finally
        {
            FlowRuns.Ended -= Throw;
            FlowRuns.Ended -= Note;
        }

        Assert.True(told);
    }

    private sealed class FailOnErrorFlow : FlowDefinition
    {
        internal FailOnErrorFlow()
            : base("strict") => FailOnError = true;

        internal FlowRun Run(TimeProvider time) => new(this, parent: null, time);
    }
}
