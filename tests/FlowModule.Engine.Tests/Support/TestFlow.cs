using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Support;

/// <summary>A flow whose runs the tests drive.</summary>
internal sealed class TestFlow(string name = "test-flow", string? input = null) : FlowDefinition(name)
{
    internal override string? DescribeInput(FlowRun run) => input;

    internal FlowRun Run(TimeProvider? time = null, FlowRun? parent = null, string? runName = null, bool isTask = false) =>
        new(this, parent, time ?? new FakeTimeProvider(), runName, isTask: isTask);

    /// <summary>A run in the given state, by the usual sequence of states.</summary>
    internal FlowState StateOf(StateType type)
    {
        FlowRun run = Run();
        switch (type)
        {
            case StateType.Completed:
                return run.Finish();
            case StateType.Failed:
                return run.Finish(failure: TestErrors.Failure("it broke"));
            case StateType.Cancelled:
                run.Stop(TestErrors.Cancel);
                return run.Finish();
            default:
                // No run reaches these states by itself yet; the tests need to know how the rules treat them.
                return new FlowState(run, type, run.Time.GetLocalNow());
        }
    }
}

internal static class FlowRunExtensions
{
    /// <summary>Ends a run like its host, without anything to await.</summary>
    internal static FlowState Finish(this FlowRun run, IReadOnlyList<object?>? output = null, RunFailure? failure = null)
    {
        FlowState state = run.End(new RunOutcome(output ?? [], failure))
            ?? throw new InvalidOperationException("The run has ended before.");
        run.MarkOver();
        return state;
    }

    /// <summary>Ends a run that nobody has judged before.</summary>
    internal static FlowState? End(this FlowRun run, RunOutcome outcome, Func<FlowRun, FinalStateRule.Verdict, object?>? describeError = null) =>
        run.End(outcome, run.Judge(outcome), describeError ?? TestErrors.Instance.Describe);

    internal static IEnumerable<StateType> Types(this FlowRun run) => run.States.Select(state => state.Type);
}
