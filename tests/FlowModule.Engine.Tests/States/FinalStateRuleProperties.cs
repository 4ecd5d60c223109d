using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Engine.Tests.States;

/// <summary>The rules in another form, compared for all outcomes of a run.</summary>
public class FinalStateRuleProperties
{
    private static readonly TestFlow Flow = new();
    private static readonly FlowState[] AllStates = [.. Enum.GetValues<StateType>().Select(Flow.StateOf)];

    /// <summary>The outcome of a run, in a printable form: a number is data, a type is a state of it.</summary>
    public sealed record Case(int? StopKind, bool Abandoned, bool Threw, object?[] Output, StateType[] Children, int Errors)
    {
        internal static IReadOnlyList<StateType> TypesIn(object?[] output) => [.. output.SelectMany(item => item switch
        {
            StateType type => [type],
            StateType[] types => types,
            _ => (StateType[])[],
        })];

        public override string ToString() =>
            $"stop {StopKind}, abandoned {Abandoned}, threw {Threw}, output [{string.Join(", ", Output)}], children [{string.Join(", ", Children)}], errors {Errors}";
    }

    private static Gen<Case> Cases()
    {
        Gen<StateType> type = Gen.Frequency((3, Gen.Constant(StateType.Completed)), (2, Gen.Elements(Enum.GetValues<StateType>())));
        Gen<StateType[]> types = Gen.Choose(0, 4).SelectMany(count => type.ArrayOf(count));
        Gen<object?> item = Gen.Frequency(
            (3, type.Select(value => (object?)value)),
            (2, Gen.Elements<object?>(1, "text", null, 2.5)),
            (1, types.Select(value => (object?)value)));
        Gen<object?[]> output = Gen.Choose(0, 5).SelectMany(count => item.ArrayOf(count));
        return from stop in Gen.Frequency((6, Gen.Constant<int?>(null)), (1, Gen.Constant<int?>(0)), (1, Gen.Constant<int?>(1)))
               from abandoned in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
               from threw in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
               from items in output
               from children in types
               from errors in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(1, 3)))
               select new Case(stop, abandoned && stop is not null, threw, items, children, errors);
    }

    [Property(MaxTest = 2000)]
    public Property The_verdict_is_that_of_the_oracle() => Prop.ForAll(Cases().ToArbitrary(), sample =>
    {
        object?[] output = [.. sample.Output.Select(item => item switch
        {
            StateType type => AllStates[(int)type],
            StateType[] types => types.Select(type => (object)AllStates[(int)type]).ToArray(),
            _ => item,
        })];
        StateTally children = default;
        Array.ForEach(sample.Children, type => children.Add(AllStates[(int)type]));
        RunOutcome outcome = sample.Abandoned ? RunOutcome.Abandoned : new RunOutcome(output, sample.Threw ? TestErrors.Failure("it broke") : null);
        StopRequest? stop = sample.StopKind is { } kind ? new StopRequest((StopKind)kind, "Stop.") : null;

        FinalStateRule.Verdict verdict = FinalStateRule.Decide(outcome, stop, children, sample.Errors);

        (StateType type, string? name, string? message, bool hasResult) = Oracle(sample);
        Assert.Equal((type, name, message), (verdict.Type, verdict.Name, verdict.Message));
        object? result = !hasResult || output.Length == 0 ? null : output.Length == 1 ? output[0] : output;
        Assert.Equal(result, verdict.Result);
    });

    private static (StateType Type, string? Name, string? Message, bool HasResult) Oracle(Case sample)
    {
        if (sample.StopKind is { } kind)
        {
            string message = sample.Abandoned ? "Stop. It did not stop within 5 seconds and was abandoned." : "Stop.";
            return kind == 0 ? (StateType.Cancelled, null, message, false) : (StateType.Failed, "TimedOut", message, false);
        }

        if (sample.Threw)
        {
            return (StateType.Failed, null, "Flow run encountered an exception. InvalidOperationException: it broke", false);
        }

        if (sample.Errors > 0)
        {
            return (StateType.Failed, null, sample.Errors == 1 ? "1 error was written." : $"{sample.Errors} errors were written.", true);
        }

        IReadOnlyList<StateType> deciding = Case.TypesIn(sample.Output);
        if (deciding.Count == 0 && sample.Output.Length == 0)
        {
            deciding = sample.Children;
        }

        int total = deciding.Count;
        int Count(params StateType[] types) => deciding.Count(types.Contains);
        FlowState First() => AllStates[(int)deciding.First(type => type is StateType.Failed or StateType.Crashed)];
        if (total == 0)
        {
            return (StateType.Completed, null, null, true);
        }

        if (Count(StateType.Completed) == total)
        {
            return (StateType.Completed, null, "All states completed.", true);
        }

        if (Count(StateType.Cancelled) is > 0 and int cancelled)
        {
            return (StateType.Cancelled, null, $"{cancelled}/{total} states cancelled.", true);
        }

        return Count(StateType.Failed, StateType.Crashed) is > 0 and int failed
            ? (StateType.Failed, null, $"{failed}/{total} states failed. Flow run '{First().Run.Name}': {(First().Type == StateType.Failed ? "InvalidOperationException: it broke" : "Crashed")}", true)
            : (StateType.Failed, null, $"{total - Count(StateType.Completed)}/{total} states are not final.", true);
    }
}
