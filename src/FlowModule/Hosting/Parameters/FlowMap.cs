using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;

namespace FlowModule.Hosting;

/// <summary>
/// <c>-Map</c>: lists of equal length make one run a position; a single value is the same in all of them.
/// </summary>
internal static class FlowMap
{
    /// <summary>The parameters of each run, in order.</summary>
    /// <exception cref="FlowException">The lists differ in length.</exception>
    internal static List<IDictionary> Expand(IDictionary map)
    {
        var lists = new List<(string Name, object?[] Values)>();
        var scalars = new List<(string Name, object? Value)>();
        foreach (DictionaryEntry entry in map)
        {
            string name = entry.Key.ToString()!;
            if (AsList(entry.Value) is { } list)
            {
                lists.Add((name, list));
            }
            else
            {
                scalars.Add((name, entry.Value));
            }
        }

        int count = lists.Count == 0 ? 1 : lists[0].Values.Length;
        if (lists.Exists(list => list.Values.Length != count))
        {
            string lengths = string.Join(", ", lists.OrderBy(list => list.Name, StringComparer.OrdinalIgnoreCase).Select(list => $"{list.Name} has {list.Values.Length}"));
            throw FlowException.InvalidParameter(
                $"The lists of -Map must be equally long, or single values that repeat: {lengths}.", "FlowMapLengthMismatch", map);
        }

        var runs = new List<IDictionary>(count);
        for (int i = 0; i < count; i++)
        {
            var parameters = new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
            foreach ((string name, object?[] values) in lists)
            {
                parameters[name] = values[i];
            }

            foreach ((string name, object? value) in scalars)
            {
                parameters[name] = value;
            }

            runs.Add(parameters);
        }

        return runs;
    }

    private static object?[]? AsList(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        string or IDictionary => null,
        IEnumerable items => [.. items.Cast<object?>()],
        _ => null,
    };
}
