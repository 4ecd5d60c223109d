using System.Collections;
using System.Management.Automation;
using System.Runtime.CompilerServices;

namespace FlowModule.Values;

/// <summary>
/// Caches the analysis of long lists of plain values. A thousand starts in a loop see the same list: checking
/// that its items are unchanged takes a hundredth of the time for reading them.
/// </summary>
internal static class PlainLists
{
    private const int Long = 64;

    private static readonly ConditionalWeakTable<object, Snapshot> Known = [];

    private sealed record Snapshot(object?[] Items, object Found);

    /// <summary>The cached result for a list, if its items are unchanged.</summary>
    internal static object? Find(object bare) => bare is IList list && Known.TryGetValue(bare, out Snapshot? known) && IsSame(list, known.Items) ? known.Found : null;

    /// <summary>Caches the result for a value, if it is such a list.</summary>
    internal static void Keep(object bare, object found)
    {
        if (Is(bare))
        {
            object?[] items = new object?[((ICollection)bare).Count];
            ((ICollection)bare).CopyTo(items, 0);
            Known.AddOrUpdate(bare, new Snapshot(items, found));
        }
    }

    /// <summary>Whether a value is such a list, whose items are immutable.</summary>
    internal static bool Is(object bare)
    {
        if (bare is not (object?[] or ArrayList) || ((IList)bare).Count < Long)
        {
            return false;
        }

        foreach (object? item in (IList)bare)
        {
            if (item is not (null or string or ValueType or PSObject { BaseObject: string or ValueType }))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSame(IList list, object?[] items)
    {
        if (list.Count != items.Length)
        {
            return false;
        }

        for (int i = 0; i < items.Length; i++)
        {
            if (!ReferenceEquals(list[i], items[i]))
            {
                return false;
            }
        }

        return true;
    }
}
