using System.Collections;
using System.Collections.Concurrent;
using System.Data;

namespace FlowModule.Values;

/// <summary>What holds other values, and is at rest: something that says how many it holds. An enumeration that does not may have no end, or use itself up.</summary>
internal static class HistoryContainers
{
    private static readonly ConcurrentDictionary<Type, string?> Tags = new();

    /// <summary>The element of CLIXML for a container; null when the value is none.</summary>
    internal static string? TagOf(object value) => value switch
    {
        object[] => "LST",
        Hashtable => "DCT",
        string => null,
        DataTable => "IE",
        IEnumerable => Tags.GetOrAdd(value.GetType(), FindTag),
        _ => null,
    };

    /// <summary>What a table holds now, in its order. Another thread may be writing to it.</summary>
    internal static DictionaryEntry[] EntriesOf(IDictionary table)
    {
        if (table is not Hashtable)
        {
            return Copy(table);
        }

        lock (table.SyncRoot)
        {
            var entries = new DictionaryEntry[table.Count];
            table.CopyTo(entries, 0);
            return entries;
        }
    }

    internal static IEnumerable ItemsOf(object container)
    {
        if (container is DataTable data)
        {
            return data.Rows;
        }

        if (container is not ArrayList { IsSynchronized: true } list)
        {
            return (IEnumerable)container;
        }

        lock (list.SyncRoot)
        {
            return list.ToArray();
        }
    }

    private static DictionaryEntry[] Copy(IDictionary table)
    {
        var entries = new List<DictionaryEntry>(table.Count);
        IDictionaryEnumerator enumerator = table.GetEnumerator();
        while (enumerator.MoveNext())
        {
            entries.Add(enumerator.Entry);
        }

        return [.. entries];
    }

    private static string? FindTag(Type type)
    {
        if (typeof(IDictionary).IsAssignableFrom(type))
        {
            return "DCT";
        }

        Type definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (definition == typeof(Queue) || definition == typeof(Queue<>))
        {
            return "QUE";
        }

        if (definition == typeof(Stack) || definition == typeof(Stack<>))
        {
            return "STK";
        }

        if (typeof(IList).IsAssignableFrom(type))
        {
            return "LST";
        }

        bool counts = typeof(ICollection).IsAssignableFrom(type) || type.GetInterfaces().Any(
            @interface => @interface.IsGenericType && (@interface.GetGenericTypeDefinition() == typeof(ICollection<>) || @interface.GetGenericTypeDefinition() == typeof(IReadOnlyCollection<>)));
        return counts ? "IE" : null;
    }
}
