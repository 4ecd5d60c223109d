using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using FlowModule.Values;

namespace FlowModule.Closures;

/// <summary>
/// Finds and replaces objects inside arrays, lists, hashtables and custom objects. Only containers of a replaced object are copied; everything else
/// remains the caller's own object, which a subflow shares with it.
/// </summary>
internal static class HeldValues
{
    private const int Depth = 4;

    /// <summary>The value, or a copy in which each contained object is replaced by the result of <paramref name="replace"/>.</summary>
    internal static object? Replace(object? value, Func<object, object> replace, int depth = 0)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        switch (bare)
        {
            case null or string or ValueType:
                return value;
            case object?[] array when depth < Depth:
                return ReplaceIn(array, replace, depth + 1) ?? value;
            case ICollection list and (ArrayList or IReadOnlyList<object?>) when depth < Depth:
                return ReplaceIn(Items(list), replace, depth + 1) is { } items ? new List<object?>(items) : value;
            case IDictionary table and (Hashtable or OrderedDictionary) when depth < Depth:
                return ReplaceIn(table, replace, depth + 1) ?? value;
            case PSCustomObject when value is PSObject custom && replace(custom) is var whole && !ReferenceEquals(whole, custom):
                return whole;
            case PSCustomObject when depth < Depth && value is PSObject custom:
                return ReplaceIn(custom, replace, depth + 1) ?? value;
            default:
                object replaced = replace(bare);
                return ReferenceEquals(replaced, bare) ? value : replaced;
        }
    }

    /// <summary>Whether the value is or contains an object that <paramref name="isSought"/> accepts.</summary>
    internal static bool Any(object? value, Predicate<object> isSought)
    {
        if (value is null or string or ValueType)
        {
            return false;
        }

        bool any = false;
        Replace(value, item =>
        {
            any |= isSought(item);
            return item;
        });
        return any;
    }

    private static object?[]? ReplaceIn(object?[] array, Func<object, object> replace, int depth)
    {
        // Always object[], because the replacement may have another type than the array's items.
        object?[]? copy = null;
        for (int i = 0; i < array.Length; i++)
        {
            object? item = array[i];
            if (item is null or string or ValueType)
            {
                continue;
            }

            object? replaced = Replace(item, replace, depth);
            if (!ReferenceEquals(replaced, item))
            {
                copy ??= [.. array];
                copy[i] = replaced;
            }
        }

        return copy;
    }

    /// <summary>The current items of the list; none if another thread is writing to it, for example to collect results.</summary>
    private static object?[] Items(ICollection list)
    {
        try
        {
            lock (list.SyncRoot)
            {
                var items = new object?[list.Count];
                list.CopyTo(items, 0);
                return items;
            }
        }
        catch (ArgumentException)
        {
            return [];
        }
    }

    private static IDictionary? ReplaceIn(IDictionary table, Func<object, object> replace, int depth)
    {
        // Another subflow may be writing to a synchronized hashtable. Most contain only plain values, and may contain many.
        DictionaryEntry[] entries;
        lock (table.SyncRoot)
        {
            var values = new object?[table.Count];
            table.Values.CopyTo(values, 0);
            if (Array.TrueForAll(values, static value => value is null or string or ValueType))
            {
                return null;
            }

            entries = HistoryContainers.EntriesOf(table);
        }

        bool any = false;
        for (int i = 0; i < entries.Length; i++)
        {
            object? replaced = Replace(entries[i].Value, replace, depth);
            any |= !ReferenceEquals(replaced, entries[i].Value);
            entries[i].Value = replaced;
        }

        if (!any)
        {
            return null;
        }

        IDictionary copy = table is Hashtable hashtable ? (Hashtable)hashtable.Clone() : KeyComparison.IgnoresCase(table) ? new OrderedDictionary(StringComparer.OrdinalIgnoreCase) : new OrderedDictionary();
        foreach (DictionaryEntry entry in entries)
        {
            copy[entry.Key] = entry.Value;
        }

        return copy;
    }

    private static PSObject? ReplaceIn(PSObject custom, Func<object, object> replace, int depth)
    {
        PSObject? copy = null;
        foreach (PSPropertyInfo property in custom.Properties.Match("*", PSMemberTypes.NoteProperty))
        {
            object? replaced = Replace(property.Value, replace, depth);
            if (!ReferenceEquals(replaced, property.Value))
            {
                copy ??= custom.Copy();
                copy.Properties[property.Name].Value = replaced;
            }
        }

        return copy;
    }
}
