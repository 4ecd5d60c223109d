using System.Collections;
using System.Management.Automation;

namespace FlowModule.Commands;

/// <summary>The input of a run in a few words: the text of a list would contain all its items, and some lists have no end.</summary>
internal static class RunDescription
{
    /// <summary>Describes several runs by their number.</summary>
    /// <param name="flow">The flow of all runs; null if they have different flows.</param>
    /// <param name="count">The number of runs.</param>
    internal static string OfMany(string? flow, int count) => flow is null
        ? $"{count} {(count == 1 ? "flow" : "flows")}"
        : count == 1 ? flow : $"{flow} for {count} inputs";

    internal static string Of(string name, object? item) => (item is PSObject wrapped ? wrapped.BaseObject : item) switch
    {
        null => name,
        ICollection items and not IDictionary => $"{name} for {items.Count} objects",
        IEnumerable items and not (string or IDictionary) => $"{name} for {items.GetType()}",
        _ => $"{name} for {item}",
    };
}
