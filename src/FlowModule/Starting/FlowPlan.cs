using System.Globalization;
using System.Text;
using FlowModule.Engine.FanOuts;

namespace FlowModule;

/// <summary>The runs that a command would start: the output of the commands that run flows and tasks with <c>-WhatIf</c>. Its text is a tree.</summary>
public sealed class FlowPlan
{
    private const int MostShown = 20;

    internal FlowPlan(string command, FanOutOptions options, IReadOnlyList<FlowPlanRun> runs)
    {
        Command = command;
        Runs = [.. runs];
        ThrottleLimit = options.ThrottleLimit;
        KeepOrder = options.KeepOrder;
        First = options.First;
        StopOnFailure = options.StopOnFailure;
        Waves = options.Waves is { WaveCount: > 1 } waves ? [.. waves.Targets] : [];
        for (int i = 0; i < Runs.Length; i++)
        {
            Runs[i].Number = i + 1;
            Runs[i].Wave = Waves.Length == 0 ? 1 : 1 + Array.FindIndex(Waves, target => i < target);
        }
    }

    /// <summary>The command that would run them.</summary>
    public string Command { get; }

    /// <summary>The name that the call gives the run that contains them, or null.</summary>
    public string? Name { get; internal init; }

    /// <summary>How many runs there would be.</summary>
    public int Count => Runs.Length;

    /// <summary>How many would run at once; 1: one after another.</summary>
    public int ThrottleLimit { get; }

    /// <summary>Whether the states would be returned in the order of the input.</summary>
    public bool KeepOrder { get; }

    /// <summary>After how many completed runs the others would be cancelled, or null.</summary>
    public int? First { get; }

    /// <summary>Whether the first failure would cancel the others.</summary>
    public bool StopOnFailure { get; }

    /// <summary>The number of the last run in each wave; empty without waves.</summary>
    public int[] Waves { get; }

    /// <summary>The runs, in the order in which they would start.</summary>
    public FlowPlanRun[] Runs { get; }

    /// <summary>The plan as a tree: the call, its flows with their common options, and the runs.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Command}{(Name is null ? null : $" '{Name}'")}: {Plural(Count, "run")}{Describe()}");
        foreach (IGrouping<string, FlowPlanRun> flow in Runs.GroupBy(run => run.Describe(), StringComparer.Ordinal))
        {
            text.Append("\n  ").Append(flow.Key);
            Append(text, [.. flow]);
        }

        return text.ToString();
    }

    private string Describe() => string.Concat(
    [
        Runs.Count(run => run.IsCached == true) is > 0 and var cached ? string.Create(CultureInfo.InvariantCulture, $", {cached} cached") : string.Empty,
        Array.Exists(Runs, static run => run.ExistingRun is not null) ? ", which exists" : string.Empty,
        Count > 1 ? ThrottleLimit > 1 ? string.Create(CultureInfo.InvariantCulture, $", {Math.Min(ThrottleLimit, Count)} at once") : ", one after another" : string.Empty,
        Waves.Length > 0 ? $", in waves up to {string.Join(", ", Waves)}" : string.Empty,
        KeepOrder && Count > 1 ? ", output in order" : string.Empty,
        First is { } first ? string.Create(CultureInfo.InvariantCulture, $", until {first} completed") : string.Empty,
        StopOnFailure ? ", until one fails" : string.Empty,
    ]);

    private void Append(StringBuilder text, FlowPlanRun[] runs)
    {
        if (runs[0].Closure is { Length: > 0 } closure)
        {
            text.Append("\n    takes along: ").AppendJoin(", ", closure.Select(item => $"{item.Kind} {item.Name}"));
        }

        if (Count == 1 && runs[0].Label is null)
        {
            return;
        }

        foreach (FlowPlanRun run in runs.Take(MostShown))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n    {run.Number}. {run.Label}{(Waves.Length > 0 ? $" (wave {run.Wave})" : null)}");
        }

        if (runs.Length > MostShown)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n    and {runs.Length - MostShown} more");
        }
    }

    private static string Plural(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? null : "s")}");
}
