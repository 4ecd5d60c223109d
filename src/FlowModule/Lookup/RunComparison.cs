using System.Collections;
using FlowModule.Engine.History;
using FlowModule.Engine.Texts;
using FlowModule.Serialization;

namespace FlowModule.Lookup;

/// <summary>Compares two runs, including the runs inside them.</summary>
internal sealed class RunComparison
{
    // Smaller differences between durations are accidental.
    private const double LongerFactor = 2;
    private static readonly TimeSpan LongerBy = TimeSpan.FromMilliseconds(100);

    private readonly List<FlowRunDifference> _found = [];
    private readonly ILookup<Guid?, FlowRunRecord> _firstChildren;
    private readonly ILookup<Guid?, FlowRunRecord> _secondChildren;

    private RunComparison(FlowRunRecord first, FlowRunRecord second)
    {
        _firstChildren = first.History.Tree(first.Id).ToLookup(run => run.ParentId);
        _secondChildren = second.History.Tree(second.Id).ToLookup(run => run.ParentId);
    }

    /// <summary>All compared properties, including equal ones.</summary>
    internal static IReadOnlyList<FlowRunDifference> Of(FlowRunRecord first, FlowRunRecord second)
    {
        var comparison = new RunComparison(first, second);
        comparison.AddRun(first, second);
        comparison.AddChildren(first, second, place: string.Empty);
        return comparison._found;
    }

    private void AddRun(FlowRunRecord first, FlowRunRecord second)
    {
        Add("Flow", first.FlowName, second.FlowName);
        Add("State", first.State.Name, second.State.Name);
        Add("Message", first.State.Message, second.State.Message);
        AddDuration("Duration", first, second);
        Add("Attempt", first.Attempt, second.Attempt);
        Add("ErrorCount", first.ErrorCount, second.ErrorCount);
        AddParameters(first.Parameters, second.Parameters);
        Add("Input", first.InputObject, second.InputObject);
        Add("ScriptPath", first.ScriptPath, second.ScriptPath);
        AddScript("Script", first, second);
        Add("ModuleVersion", first.ModuleVersion, second.ModuleVersion);
        Add("HostName", first.HostName, second.HostName);
        Add("ComputerName", first.ComputerName, second.ComputerName);
    }

    private void AddParameters(IDictionary? first, IDictionary? second)
    {
        IEnumerable<string> names = new[] { first, second }.SelectMany(parameters => parameters?.Keys.Cast<object>() ?? [])
            .Select(name => name.ToString()!).Distinct(StringComparer.OrdinalIgnoreCase);
        foreach (string name in names)
        {
            bool isInFirst = first?.Contains(name) == true, isInSecond = second?.Contains(name) == true;
            Add($"Parameters.{name}", isInFirst ? first![name] : null, isInSecond ? second![name] : null, isInFirst, isInSecond);
        }
    }

    private void AddScript(string property, FlowRunRecord first, FlowRunRecord second)
    {
        if (first.ScriptHash == second.ScriptHash || TextOf(first) is not { } before || TextOf(second) is not { } after)
        {
            Add(property, Short(first), Short(second));
            return;
        }

        LineDifference lines = LineDifference.Between(before, after);
        _found.Add(new FlowRunDifference(
            property, Short(first), $"{Short(second)}: {lines.Added} lines added, {lines.Removed} removed, the first at line {lines.FirstLine}", "<>"));
    }

    /// <summary>A part of the hash that is long enough to distinguish scripts.</summary>
    private static string? Short(FlowRunRecord run) => run.ScriptHash is { Length: > 12 } hash ? hash[..12] : run.ScriptHash;

    private static string? TextOf(FlowRunRecord run) => run.ScriptHash is { } hash ? run.History.Script(hash) : null;

    private void AddChildren(FlowRunRecord first, FlowRunRecord second, string place)
    {
        var numbers = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach ((FlowRunRecord? one, FlowRunRecord? other) in RunPairs.Match([.. _firstChildren[first.Id]], [.. _secondChildren[second.Id]]))
        {
            FlowRunRecord any = (one ?? other)!;
            int number = numbers[any.FlowName] = numbers.GetValueOrDefault(any.FlowName) + 1;
            string what = place + (any.Kind == RunKind.Task ? any.Name : $"{any.FlowName}[{number}]");
            Add($"{what}.State", one?.State.Name, other?.State.Name, one is not null, other is not null);
            if (one is not null && other is not null)
            {
                AddDuration($"{what}.Duration", one, other);
                AddScript($"{what}.Script", one, other);
                AddChildren(one, other, what + "/");
            }
        }
    }

    private void AddDuration(string property, FlowRunRecord first, FlowRunRecord second)
    {
        (TimeSpan shorter, TimeSpan longer) = first.Duration < second.Duration ? (first.Duration, second.Duration) : (second.Duration, first.Duration);
        bool differs = longer - shorter >= LongerBy && longer >= shorter * LongerFactor;
        _found.Add(new FlowRunDifference(property, first.Duration, second.Duration, differs ? "<>" : "=="));
    }

    private void Add(string property, object? first, object? second, bool isInFirst = true, bool isInSecond = true) => _found.Add(new FlowRunDifference(
        property, first, second, !isInSecond ? "<=" : !isInFirst ? "=>" : AreEqual(first, second) ? "==" : "<>"));

    /// <summary>Whether the history keeps two values in the same form.</summary>
    private static bool AreEqual(object? first, object? second) =>
        Equals(first, second) || HistoryValues.Instance.Encode(first) == HistoryValues.Instance.Encode(second);
}
