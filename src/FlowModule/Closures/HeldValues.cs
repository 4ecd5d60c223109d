using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using FlowModule.Values;

namespace FlowModule.Closures;

/// <summary>
/// Finds and replaces what arrays, lists, hashtables and custom objects hold. Only what a replacement is in is copied: all else, and
/// what holds nothing to replace, stays the caller's own object, which a subflow shares with it.
/// </summary>
internal static class HeldValues
{
    private const int Depth = 4;

    /// <summary>The value, or a copy of it in which each held object is what <paramref name="replace"/> gives for it.</summary>
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

    /// <summary>Whether the value is or holds an object that <paramref name="isSought"/> says yes to.</summary>
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
        // Of type object[], whatever the array is: the replacement may be of another type.
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

    /// <summary>What the list holds now; nothing if it is being written to, as one that results are gathered in is.</summary>
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
        // A synchronized hashtable may be written to by other subflows at this moment. Most hold plain values only, and may hold many.
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
