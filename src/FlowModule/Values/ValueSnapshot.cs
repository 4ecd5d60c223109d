using System.Collections;
using System.Management.Automation;

namespace FlowModule.Values;

/// <summary>
/// The content of tables, lists, arrays and custom objects at one moment, to be restored later. The objects themselves stay the same, because others may hold them too.
/// Thread-safe collections are left as they are.
/// </summary>
internal sealed class ValueSnapshot
{
    // Runs seldom get more, and reading more for each of many runs would cost more than the runs.
    private const int Most = 1000;

    private readonly List<(object Holder, object?[] Items)> _holders = [];
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private int _count;

    private ValueSnapshot()
    {
    }

    /// <summary>Returns an action that restores the current content of the values; null if nothing in them can change, or if there is too much.</summary>
    internal static Action? Of(object?[] values)
    {
        var snapshot = new ValueSnapshot();
        try
        {
            return Array.TrueForAll(values, snapshot.Add) && snapshot._holders.Count > 0 ? snapshot.Restore : null;
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            // An object of the user threw, or another thread is writing to a list: then its content is unknown.
            return null;
        }
    }

    private void Restore()
    {
        foreach ((object holder, object?[] items) in _holders)
        {
            object?[] now = ItemsOf(holder);
            if (now.Length != items.Length || !now.Zip(items).All(static pair => IsSame(pair.First, pair.Second)))
            {
                Fill(holder, items);
            }
        }
    }

    private bool Add(object? value)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (bare is null or string or ValueType || !IsHolder(bare))
        {
            return true;
        }

        object holder = bare is PSCustomObject ? value! : bare;
        if (!_seen.Add(holder))
        {
            return true;
        }

        if (bare is ICollection collection && (_count += collection.Count) > Most)
        {
            return false;
        }

        object?[] items = ItemsOf(holder);
        _holders.Add((holder, items));
        return Array.TrueForAll(items, Add);
    }

    private static bool IsHolder(object bare) => bare switch
    {
        PSCustomObject or object?[] or Array { Rank: 1 } => true,
        ICollection { IsSynchronized: true } => false,
        _ => bare.GetType() is { Namespace: "System.Collections" or "System.Collections.Generic" or "System.Collections.Specialized" } && (bare is IList { IsReadOnly: false, IsFixedSize: false } or IDictionary { IsReadOnly: false } || ContainerShape.Of(bare.GetType()) is not null),
    };

    private static object?[] ItemsOf(object holder) => holder switch
    {
        PSObject custom => [.. custom.Properties.Match("*", PSMemberTypes.NoteProperty).SelectMany(static note => new[] { note.Name, note.Value })],
        IDictionary table => [.. HistoryContainers.EntriesOf(table).SelectMany(static entry => new[] { entry.Key, entry.Value })],
        IList list => [.. list.Cast<object?>()],
        _ => ContainerShape.Of(holder.GetType())!.Items(holder),
    };

    private static void Fill(object holder, object?[] items)
    {
        switch (holder)
        {
            case PSObject custom:
                foreach (PSPropertyInfo note in custom.Properties.Match("*", PSMemberTypes.NoteProperty).ToArray())
                {
                    custom.Properties.Remove(note.Name);
                }

                foreach (object?[] note in items.Chunk(2))
                {
                    custom.Properties.Add(new PSNoteProperty((string)note[0]!, note[1]));
                }

                break;
            case Array array:
                for (int i = 0; i < items.Length; i++)
                {
                    array.SetValue(items[i], i);
                }

                break;
            case IDictionary table:
                table.Clear();
                foreach (object?[] entry in items.Chunk(2))
                {
                    table[entry[0]!] = entry[1];
                }

                break;
            case IList list:
                list.Clear();
                Array.ForEach(items, item => list.Add(item));
                break;
            default:
                holder.GetType().GetMethod("Clear", Type.EmptyTypes)!.Invoke(holder, null);
                ContainerShape.Of(holder.GetType())!.Fill(holder.GetType(), holder, items);
                break;
        }
    }

    private static bool IsSame(object? first, object? second) => ReferenceEquals(first, second) || (first is string or ValueType && first.Equals(second));
}
