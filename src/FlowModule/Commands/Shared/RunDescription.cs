using System.Collections;
using System.Management.Automation;

namespace FlowModule.Commands;

/// <summary>The input of a run in a few words: the text of a list would contain all its items, and some lists have no end.</summary>
internal static class RunDescription
{
    internal static string Of(string name, object? item) => (item is PSObject wrapped ? wrapped.BaseObject : item) switch
    {
        null => name,
        ICollection items and not IDictionary => $"{name} for {items.Count} objects",
        IEnumerable items and not (string or IDictionary) => $"{name} for {items.GetType()}",
        _ => $"{name} for {item}",
    };
}
