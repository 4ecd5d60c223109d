using System.Collections;
using System.Collections.Specialized;

namespace FlowModule.Values;

/// <summary>The names of the ways in which tables and sets compare text keys; empty for the default of their type.</summary>
internal static class KeyComparison
{
    // Keys that no table contains.
    private const string Lower = "flow key";
    private const string Upper = "FLOW KEY";

    private static readonly (string Name, StringComparer Comparer)[] Known =
    [
        (nameof(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase),
        (nameof(StringComparer.Ordinal), StringComparer.Ordinal),
        (nameof(StringComparer.InvariantCultureIgnoreCase), StringComparer.InvariantCultureIgnoreCase),
        (nameof(StringComparer.InvariantCulture), StringComparer.InvariantCulture),
    ];

    /// <summary>Whether a table ignores the case of its keys.</summary>
    internal static bool IgnoresCase(IDictionary table)
    {
        foreach (object key in table.Keys)
        {
            if (key is string text && Turned(text) is { } turned)
            {
                // A table that contains both cases distinguishes them.
                return table.Contains(turned) && (table.Count == 1 || !table.Keys.OfType<string>().Contains(turned, StringComparer.Ordinal));
            }
        }

        // No key shows it. An ordered table, which cannot be copied, is assumed to be of the usual kind.
        return table is not Hashtable hashtable || hashtable.Count > 0 || Probe((Hashtable)hashtable.Clone());
    }

    internal static string Of(object container)
    {
        if (container is SortedList sorted)
        {
            return (sorted.Count == 0 || sorted.GetKey(0) is string) && Probe((SortedList)sorted.Clone()) ? nameof(StringComparer.OrdinalIgnoreCase) : string.Empty;
        }

        object? comparer = container.GetType().GetProperty("Comparer")?.GetValue(container);
        (string? name, _) = Known.FirstOrDefault(known => known.Comparer.Equals(comparer));
        return name ?? (comparer switch
        {
            IEqualityComparer<string> texts when texts.Equals(Lower, Upper) => nameof(StringComparer.OrdinalIgnoreCase),
            IComparer<string> texts when texts.Compare(Lower, Upper) == 0 => nameof(StringComparer.OrdinalIgnoreCase),
            _ => string.Empty,
        });
    }

    /// <summary>An empty container with this comparison.</summary>
    internal static object Create(Type type, string name)
    {
        (_, StringComparer? comparer) = Known.FirstOrDefault(known => known.Name == name);
        return comparer is null ? Activator.CreateInstance(type)! : Activator.CreateInstance(type, comparer)!;
    }

    /// <summary>
    /// The text in another case; null if it has none that means the same: the lower case of some letters, such as U+03F4, has another letter as its upper case.
    /// </summary>
    private static string? Turned(string text) => Array.Find(
        [text.ToUpperInvariant(), text.ToLowerInvariant()],
        turned => !string.Equals(turned, text, StringComparison.Ordinal) && string.Equals(turned, text, StringComparison.OrdinalIgnoreCase));

    private static bool Probe(IDictionary copy)
    {
        copy[Lower] = null;
        return copy.Contains(Upper);
    }
}
