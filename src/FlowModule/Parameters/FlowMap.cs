using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;

namespace FlowModule.Parameters;

/// <summary>
/// <c>-Map</c>: lists of equal length become one run for each position; a single value is the same in all of them.
/// </summary>
internal static class FlowMap
{
    /// <summary>The parameters of each run, in order, checked before anything runs.</summary>
    /// <param name="flow">The flow or task that runs.</param>
    /// <param name="map">The lists and values.</param>
    /// <param name="common">Values that are the same in all runs, or null.</param>
    /// <param name="isPiped">Whether objects are piped too.</param>
    /// <exception cref="FlowException">The lists differ in length, a value is invalid for its parameter, or both -Map and piped input are given.</exception>
    internal static List<IDictionary> For(Flow flow, IDictionary map, IDictionary? common, bool isPiped)
    {
        if (isPiped)
        {
            throw FlowException.InvalidParameter("The inputs are either piped or given with -Map, not both.", "FlowMapWithInput", map);
        }

        FlowSignature signature = FlowSignature.Of(flow);
        signature.RequireNames(flow, map.Keys.Cast<object>().Select(key => key.ToString()!));
        List<IDictionary> mapped = Expand(map);
        foreach (IDictionary parameters in mapped)
        {
            IDictionary all = RunParameters.Merge(common, parameters)!;

            // Results of tasks can only be bound when the tasks have ended.
            if (TaskHandles.In(all, item: null, []).Length == 0)
            {
                _ = signature.Bind(flow, all, item: null);
            }
        }

        return mapped;
    }

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
                $"The lists of -Map must have the same length, or be single values that repeat: {lengths}.", "FlowMapLengthMismatch", map);
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
