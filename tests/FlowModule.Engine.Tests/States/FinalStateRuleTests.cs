using System.Collections;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.States;

public class FinalStateRuleTests
{
    private static readonly TestFlow Flow = new();

    private static FinalStateRule.Verdict Decide(object?[] output, RunFailure? failure = null, StopRequest? stop = null, StateTally children = default, int errors = 0) =>
        FinalStateRule.Decide(new RunOutcome(output, failure), stop, children, errors);

    private static StateTally Tally(params StateType[] types) => Tally([.. types.Select(Flow.StateOf)]);

    private static StateTally Tally(FlowState[] states)
    {
        StateTally tally = default;
        Array.ForEach(states, state => tally.Add(state));
        return tally;
    }

    private static string Reason(FlowState state) => state.Type == StateType.Failed ? "InvalidOperationException: it broke" : state.Name;

    private static object?[] Outputs(params StateType[] types) => [.. types.Select(Flow.StateOf)];

    [Fact]
    public void A_stopped_run_is_Cancelled_with_the_reason_whatever_else_it_came_to()
    {
        FinalStateRule.Verdict verdict = Decide(
            [Flow.StateOf(StateType.Completed), 1], TestErrors.Failure("too"), TestErrors.Cancel, Tally(StateType.Failed), errors: 3);

        Assert.Equal(new FinalStateRule.Verdict(StateType.Cancelled, Message: "Stopped by the test."), verdict);
    }

    [Fact]
    public void A_suspended_run_is_Paused_with_the_reason_whatever_else_it_came_to()
    {
        FinalStateRule.Verdict verdict = Decide(
            [Flow.StateOf(StateType.Failed), 1], TestErrors.Failure("too"), new StopRequest(StopKind.Suspended, "Later."), Tally(StateType.Failed), errors: 3);

        Assert.Equal(new FinalStateRule.Verdict(StateType.Paused, StateNames.Suspended, "Later."), verdict);
    }

    [Fact]
    public void A_run_whose_worker_died_is_Crashed_unless_it_was_stopped()
    {
        RunFailure crash = TestErrors.Failure("dead") with { IsCrash = true };

        Assert.Equal(StateType.Crashed, Decide([1], crash).Type);
        Assert.Equal(StateType.Cancelled, Decide([1], crash, TestErrors.Cancel).Type);
    }

    [Fact]
    public void What_another_engine_has_decided_stands_unless_the_run_was_stopped()
    {
        var decided = new FinalStateRule.Verdict(StateType.Failed, "Odd", "Decided elsewhere.", 5, "error");

        Assert.Equal(decided, FinalStateRule.Decide(new RunOutcome(decided, failure: null), stop: null, Tally(StateType.Cancelled), countedErrors: 3));
        Assert.Equal(StateType.Cancelled, FinalStateRule.Decide(new RunOutcome(decided, failure: null), TestErrors.Cancel, default, countedErrors: 0).Type);
    }

    [Fact]
    public void A_run_whose_process_had_to_be_ended_says_so()
    {
        FinalStateRule.Verdict verdict = FinalStateRule.Decide(RunOutcome.Killed, new StopRequest(StopKind.TimedOut, "Why."), default, countedErrors: 0);

        Assert.Equal((StateType.Failed, "Why. It did not stop within 5 seconds and its process was ended."), (verdict.Type, verdict.Message));
    }

    [Fact]
    public void A_run_whose_time_is_up_is_Failed_and_named_TimedOut()
    {
        FinalStateRule.Verdict verdict = Decide([1], TestErrors.Failure("too"), new StopRequest(StopKind.TimedOut, "Too long."));

        Assert.Equal(new FinalStateRule.Verdict(StateType.Failed, "TimedOut", "Too long."), verdict);
    }

    [Theory]
    [InlineData(0, StateType.Cancelled)]
    [InlineData(1, StateType.Failed)]
    public void A_run_that_was_given_up_says_so(int kind, StateType expected)
    {
        FinalStateRule.Verdict verdict = FinalStateRule.Decide(RunOutcome.Abandoned, new StopRequest((StopKind)kind, "Why."), default, 0);

        Assert.Equal(expected, verdict.Type);
        Assert.Equal("Why. It did not stop within 5 seconds and was abandoned.", verdict.Message);
    }

    [Fact]
    public void A_body_that_threw_is_Failed_before_its_states_count()
    {
        var exception = new InvalidOperationException("no such table");
        FinalStateRule.Verdict verdict = Decide(
            Outputs(StateType.Completed, StateType.Cancelled), TestErrors.Describe(RunKind.Flow, exception), errors: 1);

        Assert.Equal(StateType.Failed, verdict.Type);
        Assert.Equal("Flow run encountered an exception. InvalidOperationException: no such table", verdict.Message);
        Assert.Same(exception, verdict.Error);
        Assert.Null(verdict.Name);
        Assert.Null(verdict.Result);
    }

    [Theory]
    [InlineData(1, "1 error was written.")]
    [InlineData(2, "2 errors were written.")]
    public void Errors_that_count_fail_a_run_that_would_have_completed_and_leave_it_its_result(int errors, string message)
    {
        FinalStateRule.Verdict verdict = Decide([Flow.StateOf(StateType.Completed)], errors: errors);

        Assert.Equal((StateType.Failed, message), (verdict.Type, verdict.Message));
        Assert.IsType<FlowState>(verdict.Result);
    }

    [Theory]
    [InlineData(StateType.Completed, "All states completed.", StateType.Completed, StateType.Completed)]
    [InlineData(StateType.Failed, "1/4 states failed.", StateType.Completed, StateType.Failed, StateType.Completed, StateType.Completed)]
    [InlineData(StateType.Failed, "2/2 states failed.", StateType.Crashed, StateType.Failed)]
    [InlineData(StateType.Cancelled, "1/4 states cancelled.", StateType.Failed, StateType.Failed, StateType.Cancelled, StateType.Running)]
    [InlineData(StateType.Failed, "1/3 states failed.", StateType.Pending, StateType.Failed, StateType.Completed)]
    [InlineData(StateType.Failed, "1/4 states are not final.", StateType.Completed, StateType.Running, StateType.Completed, StateType.Completed)]
    [InlineData(StateType.Failed, "4/4 states are not final.", StateType.Scheduled, StateType.Pending, StateType.Paused, StateType.Cancelling)]
    public void States_decide(StateType expected, string message, params StateType[] states)
    {
        FlowState[] all = [.. states.Select(Flow.StateOf)];
        FinalStateRule.Verdict ofOutput = Decide([.. all]);
        FinalStateRule.Verdict ofChildren = Decide([], children: Tally(all));

        FlowState? first = all.FirstOrDefault(state => state.Type is StateType.Failed or StateType.Crashed);
        message = message.EndsWith(" states failed.", StringComparison.Ordinal) ? $"{message} Flow run '{first!.Run.Name}': {Reason(first)}" : message;
        Assert.Equal((expected, message), (ofOutput.Type, ofOutput.Message));
        Assert.Equal((expected, message), (ofChildren.Type, ofChildren.Message));
        Assert.Null(ofChildren.Result);
    }

    [Fact]
    public void Data_beside_states_stays_in_the_result_and_masks_no_failure()
    {
        FlowState failed = Flow.StateOf(StateType.Failed);
        FinalStateRule.Verdict verdict = Decide(["data", failed, null, 3]);

        Assert.Equal((StateType.Failed, $"1/1 states failed. Flow run '{failed.Run.Name}': {Reason(failed)}"), (verdict.Type, verdict.Message));
        Assert.Equal(["data", failed, null, 3], Assert.IsType<object?[]>(verdict.Result));
        Assert.Same(failed, verdict.Error);
    }

    [Fact]
    public void The_first_that_failed_is_the_cause_and_one_that_was_cancelled_only_if_none_failed()
    {
        FlowState cancelled = Flow.StateOf(StateType.Cancelled), failed = Flow.StateOf(StateType.Failed);

        Assert.Same(failed, Decide([cancelled, failed, Flow.StateOf(StateType.Failed)]).Error);
        Assert.Same(cancelled, Decide([cancelled, Flow.StateOf(StateType.Cancelled)]).Error);
        Assert.Null(Decide(Outputs(StateType.Running)).Error);
    }

    [Fact]
    public void However_deep_failures_lie_the_message_that_names_them_does_not_grow()
    {
        FlowState state = Flow.StateOf(StateType.Failed);
        for (int depth = 0; depth < 100; depth++)
        {
            FinalStateRule.Verdict verdict = Decide([state]);
            state = new FlowState(Flow.Run(), verdict.Type, default, verdict.Name, verdict.Message);
        }

        Assert.StartsWith("1/1 states failed. Flow run '", state.Message, StringComparison.Ordinal);
        Assert.EndsWith("…", state.Message, StringComparison.Ordinal);
        Assert.InRange(state.Message!.Length, 300, 400);
    }

    public static TheoryData<Func<FlowState[], object>> Lists() =>
    [
        states => states.Cast<object>().ToArray(),
        states => states,
        states => new ArrayList(states),
        states => states.Cast<object>().ToList(),
        states => states.ToList(),
    ];

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_of_states_that_was_output_as_one_object_counts_as_its_states(Func<FlowState[], object> toList)
    {
        ArgumentNullException.ThrowIfNull(toList);
        FlowState failed = Flow.StateOf(StateType.Failed);
        object list = toList([Flow.StateOf(StateType.Completed), failed]);

        FinalStateRule.Verdict verdict = Decide([list]);

        Assert.Equal((StateType.Failed, $"1/2 states failed. Flow run '{failed.Run.Name}': {Reason(failed)}"), (verdict.Type, verdict.Message));
        Assert.Same(list, verdict.Result);
    }

    [Fact]
    public void Children_count_only_when_there_is_no_output()
    {
        Assert.Equal(StateType.Completed, Decide([0], children: Tally(StateType.Failed)).Type);
        Assert.Equal(StateType.Completed, Decide([null], children: Tally(StateType.Failed)).Type);
        Assert.Equal(StateType.Failed, Decide([], children: Tally(StateType.Failed)).Type);
        Assert.Equal(StateType.Completed, Decide([Flow.StateOf(StateType.Completed)], children: Tally(StateType.Cancelled)).Type);
    }

    [Fact]
    public void Data_alone_completes_and_is_the_result()
    {
        object item = new();

        Assert.Equal(new FinalStateRule.Verdict(StateType.Completed), Decide([]));
        Assert.Equal(new FinalStateRule.Verdict(StateType.Completed, Result: item), Decide([item]));
        Assert.Equal(new FinalStateRule.Verdict(StateType.Completed), Decide([null]));
        Assert.Equal([1, null, "x"], Assert.IsType<object?[]>(Decide([1, null, "x"]).Result));
    }

    [Fact]
    public void A_state_shows_as_the_log_lines_show_it()
    {
        FlowRun run = Flow.Run();

        Assert.Equal("Completed(message='All states completed.', type=COMPLETED)", new FlowState(run, StateType.Completed, default, message: "All states completed.").ToString());
        Assert.Equal("TimedOut(message=None, type=FAILED)", new FlowState(run, StateType.Failed, default, StateNames.TimedOut).ToString());
    }

    [Theory]
    [InlineData(StateType.Scheduled, false, false)]
    [InlineData(StateType.Pending, false, false)]
    [InlineData(StateType.Running, false, false)]
    [InlineData(StateType.Paused, false, false)]
    [InlineData(StateType.Cancelling, false, false)]
    [InlineData(StateType.Completed, true, false)]
    [InlineData(StateType.Failed, true, true)]
    [InlineData(StateType.Crashed, true, true)]
    [InlineData(StateType.Cancelled, true, true)]
    public void Final_states_are_those_that_none_follows_and_failures_all_of_them_but_Completed(StateType type, bool final, bool failure)
    {
        FlowState state = new(Flow.Run(), type, default);

        Assert.Equal((final, failure, type == StateType.Completed), (state.IsFinal, state.IsFailure, state.IsCompleted));
        Assert.Equal(type.ToString(), state.Name);
    }
}
