using System.Collections;
using System.Management.Automation;

namespace FlowModule.Commands;

/// <summary>What a run is for, in a few words: as text, a list would be as long as all that is in it, and some have no end.</summary>
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
