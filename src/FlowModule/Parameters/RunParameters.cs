using System.Collections;

namespace FlowModule.Parameters;

/// <summary>The parameters that a run is started with.</summary>
internal static class RunParameters
{
    /// <summary>The parameters of one run: the common ones, overridden by its own.</summary>
    internal static IDictionary? Merge(IDictionary? common, IDictionary? mapped)
    {
        if (mapped is null || common is null || common.Count == 0)
        {
            return mapped ?? common;
        }

        var all = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (IDictionary source in new[] { common, mapped })
        {
            foreach (DictionaryEntry entry in source)
            {
                all[entry.Key] = entry.Value;
            }
        }

        return all;
    }
}
