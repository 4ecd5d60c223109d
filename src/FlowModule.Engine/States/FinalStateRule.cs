using System.Collections;
using FlowModule.Engine.Runs;

namespace FlowModule.Engine.States;

/// <summary>
/// Decides the final state of a run. The first rule that matches wins: stopped, timed out,
/// decided by the process that executed it, threw, wrote errors that count, output states, has children; otherwise Completed with its data.
/// </summary>
internal static class FinalStateRule
{
    /// <summary>The end of a message that counts the failed runs; the first failure follows it.</summary>
    internal const string StatesFailed = " states failed.";

    /// <summary>
    /// The decision. <c>Error</c> is the host's error object if the body threw one, the first failed <see cref="FlowState"/>
    /// if states decide, otherwise null.
    /// </summary>
    internal readonly record struct Verdict(StateType Type, string? Name = null, string? Message = null, object? Result = null, object? Error = null);

    internal static Verdict Decide(RunOutcome outcome, StopRequest? stop, StateTally children, int countedErrors)
    {
        if (stop is not null)
        {
            string message = ReferenceEquals(outcome, RunOutcome.Abandoned)
                ? $"{stop.Message} It did not stop within {FlowRun.GraceSeconds} seconds and was abandoned."
                : ReferenceEquals(outcome, RunOutcome.Killed)
                    ? $"{stop.Message} It did not stop within {FlowRun.GraceSeconds} seconds and its process was ended."
                    // The process that executed it may say more: what did not go well after the stop.
                    : outcome.Decided?.Message is { } said && said.StartsWith(stop.Message.TrimEnd('.'), StringComparison.Ordinal) ? said : stop.Message;
            return stop.Kind switch
            {
                StopKind.TimedOut => new Verdict(StateType.Failed, StateNames.TimedOut, message),
                StopKind.Suspended => new Verdict(StateType.Paused, StateNames.Suspended, message),
                _ => new Verdict(StateType.Cancelled, Message: message),
            };
        }

        if (outcome.Decided is { } decided)
        {
            return decided;
        }

        if (outcome.Failure is { } failure)
        {
            return new Verdict(failure.IsCrash ? StateType.Crashed : StateType.Failed, Message: failure.Message, Error: failure.Error);
        }

        object? result = ResultOf(outcome.Output);
        if (countedErrors > 0)
        {
            return new Verdict(StateType.Failed, Message: countedErrors == 1 ? "1 error was written." : $"{countedErrors} errors were written.", Result: result);
        }

        StateTally states = TallyOf(outcome.Output);
        if (states.Total > 0)
        {
            return FromStates(states, result);
        }

        return outcome.Output.Count == 0 && children.Total > 0
            ? FromStates(children, result: null)
            : new Verdict(StateType.Completed, Result: result);
    }

    internal static object? ResultOf(IReadOnlyList<object?> output) => output.Count switch
    {
        0 => null,
        1 => StateOfTask(output[0]),
        _ => output.Select(StateOfTask).ToArray(),
    };

    /// <summary>A started task in the output counts as its state, like Prefect's futures: a failed task must not pass as data.</summary>
    private static object? StateOfTask(object? item) => item switch
    {
        FlowRun { Kind: RunKind.Task } task => task.State,
        object?[] list when Array.Exists(list, static inner => inner is FlowRun { Kind: RunKind.Task }) => Array.ConvertAll(list, StateOfTask),
        _ => item,
    };

    private static Verdict FromStates(StateTally states, object? result)
    {
        string of = $"/{states.Total}";
        if (states.Tolerated > 0 && states.Completed + states.Tolerated == states.Total)
        {
            return new Verdict(StateType.Completed, Message: $"{states.Completed}{of} states completed, which -FailWhen allows.", Result: result);
        }

        if (states.Completed == states.Total)
        {
            return new Verdict(StateType.Completed, Message: "All states completed.", Result: result);
        }

        if (states.Cancelled > 0)
        {
            return new Verdict(StateType.Cancelled, Message: states.Cancelled + of + " states cancelled.", Result: result, Error: states.FirstFailure);
        }

        return states.Failed > 0
            ? new Verdict(StateType.Failed, Message: $"{states.Failed}{of}{StatesFailed} {FirstOf(states)}", Result: result, Error: states.FirstFailure)
            : new Verdict(StateType.Failed, Message: (states.Total - states.Completed) + of + " states are not final.", Result: result);
    }

    /// <summary>The first failure and its reason.</summary>
    private static string FirstOf(StateTally states)
    {
        FlowState first = states.FirstFailure!;
        return $"{first.Run.KindName} {RunLabel.Quoted(first.Run)}: {StateReason.Of(first)}";
    }

    /// <summary>Counts the states in the output. A list of states that was output as one object counts as its states.</summary>
    private static StateTally TallyOf(IReadOnlyList<object?> output)
    {
        StateTally tally = default;
        foreach (object? item in output.Select(StateOfTask))
        {
            if (item is FlowState state)
            {
                tally.Add(state);
            }
            else if (item is IList { Count: > 0 } list and (object[] or ArrayList or List<object> or List<FlowState>))
            {
                foreach (FlowState inner in list.OfType<FlowState>())
                {
                    tally.Add(inner);
                }
            }
        }

        return tally;
    }
}
