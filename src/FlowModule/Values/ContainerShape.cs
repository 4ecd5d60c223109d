using System.Collections;
using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Data;
using System.Globalization;
using System.Management.Automation;
using System.Runtime.CompilerServices;

namespace FlowModule.Values;

/// <summary>
/// How a container is taken apart when it leaves the process, and put together again: its type, a detail (for example how it compares its keys)
/// and its items. Common containers (arrays, lists, tables that ignore case) are written directly and have no shape.
/// </summary>
internal abstract class ContainerShape
{
    private static readonly ConcurrentDictionary<Type, ContainerShape?> Known = new();

    /// <summary>For each kind of sequence, the method that adds an item; null if it is created from all its items.</summary>
    private static readonly Dictionary<Type, string?> Sequences = new()
    {
        [typeof(HashSet<>)] = "Add",
        [typeof(SortedSet<>)] = "Add",
        [typeof(LinkedList<>)] = "AddLast",
        [typeof(Collection<>)] = "Add",
        [typeof(ObservableCollection<>)] = "Add",
        [typeof(Queue<>)] = "Enqueue",
        [typeof(Queue)] = "Enqueue",
        [typeof(Stack<>)] = "Push",
        [typeof(Stack)] = "Push",
        [typeof(ConcurrentQueue<>)] = "Enqueue",
        [typeof(ConcurrentStack<>)] = "Push",
        [typeof(ConcurrentBag<>)] = "Add",
        [typeof(StringCollection)] = "Add",
        [typeof(ReadOnlyCollection<>)] = null,
        [typeof(Memory<>)] = null,
        [typeof(ReadOnlyMemory<>)] = null,
        [typeof(ArraySegment<>)] = null,
    };

    private static readonly HashSet<Type> Tables =
    [
        typeof(Dictionary<,>), typeof(SortedDictionary<,>), typeof(SortedList<,>), typeof(ConcurrentDictionary<,>), typeof(SortedList), typeof(Hashtable), typeof(OrderedDictionary),
    ];

    /// <summary>The shape of a container; null if the value is none, or is written directly.</summary>
    internal static ContainerShape? Of(object value)
    {
        switch (value)
        {
            case string or ArrayList or object[] or PSCustomObject:
                return null;
            case Hashtable or OrderedDictionary:
                return KeyComparison.IgnoresCase((IDictionary)value) ? null : Of(value.GetType());
            default:
                return Of(value.GetType());
        }
    }

    internal static ContainerShape? Of(Type type) => Known.GetOrAdd(type, Find);

    /// <summary>A snapshot of the items, because another thread may be writing to the container.</summary>
    internal abstract object?[] Items(object container);

    internal virtual string About(object container) => string.Empty;

    /// <summary>The empty container, for one that may contain itself; null for one that is created from its items.</summary>
    internal virtual object? Create(Type type, string about, int count) => null;

    /// <summary>The container with its items.</summary>
    internal abstract object Fill(Type type, object? created, object?[] items);

    /// <summary>An item converted to a type: added properties are dropped if only the bare type is possible.</summary>
    internal static object? As(Type type, object? item) => item is null || type.IsInstanceOfType(item) ? item
        : type == typeof(PSObject) ? PSObject.AsPSObject(item)
        : item is PSObject { BaseObject: var bare } && type.IsInstanceOfType(bare) ? bare
        : LanguagePrimitives.ConvertTo(item, type, CultureInfo.InvariantCulture);

    private static ContainerShape? Find(Type type)
    {
        Type definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return Tables.Contains(definition) ? new TableShape(type)
            : Sequences.TryGetValue(definition, out string? add) ? add is null ? new WrapperShape() : new SequenceShape(type, add)
            : type.IsArray ? type.IsSZArray ? null : new GridShape()
            : type == typeof(DataTable) ? new DataTableShape()
            : definition == typeof(KeyValuePair<,>) || type == typeof(DictionaryEntry) ? new PairShape()
            : typeof(ITuple).IsAssignableFrom(type) && type.Namespace == nameof(System) && type.GenericTypeArguments.Length < 8 ? new TupleShape()
            : null;
    }

    private static object?[] Copy(IEnumerable container)
    {
        if (container is not ICollection { IsSynchronized: true } shared)
        {
            return [.. container.Cast<object?>()];
        }

        lock (shared.SyncRoot)
        {
            return [.. container.Cast<object?>()];
        }
    }

    private sealed class SequenceShape(Type type, string add) : ContainerShape
    {
        private readonly Type _item = type.GenericTypeArguments is [var item] ? item : type == typeof(StringCollection) ? typeof(string) : typeof(object);
        private readonly bool _isStack = add == "Push";

        internal override string About(object container) => KeyComparison.Of(container);

        internal override object?[] Items(object container)
        {
            object?[] items = Copy((IEnumerable)container);
            if (_isStack)
            {
                Array.Reverse(items);
            }

            return items;
        }

        internal override object? Create(Type type, string about, int count) => KeyComparison.Create(type, about);

        internal override object Fill(Type type, object? created, object?[] items)
        {
            System.Reflection.MethodInfo method = type.GetMethod(add, [_item])!;
            object?[] argument = [null];
            foreach (object? item in items)
            {
                argument[0] = As(_item, item);
                method.Invoke(created, argument);
            }

            return created!;
        }
    }

    private sealed class TableShape(Type type) : ContainerShape
    {
        private readonly Type _key = type.GenericTypeArguments is [var key, _] ? key : typeof(object);
        private readonly Type _value = type.GenericTypeArguments is [_, var value] ? value : typeof(object);

        internal override string About(object container) => KeyComparison.Of(container);

        internal override object?[] Items(object container) =>
            [.. HistoryContainers.EntriesOf((IDictionary)container).SelectMany(static entry => new[] { entry.Key, entry.Value })];

        internal override object? Create(Type type, string about, int count) => KeyComparison.Create(type, about);

        internal override object Fill(Type type, object? created, object?[] items)
        {
            var table = (IDictionary)created!;
            for (int i = 0; i + 1 < items.Length; i += 2)
            {
                table[As(_key, items[i])!] = As(_value, items[i + 1]);
            }

            return table;
        }
    }

    /// <summary>Wrappers around a list or an array.</summary>
    private sealed class WrapperShape : ContainerShape
    {
        internal override object?[] Items(object container) =>
            Copy(container as IEnumerable ?? (IEnumerable)container.GetType().GetMethod("ToArray")!.Invoke(container, null)!);

        internal override object Fill(Type type, object? created, object?[] items)
        {
            Type item = type.GenericTypeArguments[0];
            var array = Array.CreateInstance(item, items.Length);
            for (int i = 0; i < items.Length; i++)
            {
                array.SetValue(As(item, items[i]), i);
            }

            return Activator.CreateInstance(type, array)!;
        }
    }

    private sealed class TupleShape : ContainerShape
    {
        internal override object?[] Items(object container)
        {
            var tuple = (ITuple)container;
            return [.. Enumerable.Range(0, tuple.Length).Select(index => tuple[index])];
        }

        internal override object Fill(Type type, object? created, object?[] items) =>
            Activator.CreateInstance(type, [.. items.Zip(type.GenericTypeArguments, static (item, of) => As(of, item))])!;
    }

    private sealed class PairShape : ContainerShape
    {
        internal override object?[] Items(object container) => container is DictionaryEntry entry
            ? [entry.Key, entry.Value]
            : [container.GetType().GetProperty("Key")!.GetValue(container), container.GetType().GetProperty("Value")!.GetValue(container)];

        internal override object Fill(Type type, object? created, object?[] items)
        {
            Type[] types = type.IsGenericType ? type.GenericTypeArguments : [typeof(object), typeof(object)];
            return Activator.CreateInstance(type, As(types[0], items[0]), As(types[1], items[1]))!;
        }
    }

    /// <summary>Arrays of several dimensions, and arrays that do not begin at 0.</summary>
    private sealed class GridShape : ContainerShape
    {
        internal override object?[] Items(object container) => [.. ((Array)container).Cast<object?>()];

        internal override string About(object container)
        {
            var array = (Array)container;
            return string.Join(',', Enumerable.Range(0, array.Rank).Select(rank => string.Create(CultureInfo.InvariantCulture, $"{array.GetLowerBound(rank)}+{array.GetLength(rank)}")));
        }

        internal override object? Create(Type type, string about, int count)
        {
            int[][] ranks = [.. about.Split(',').Select(static rank => rank.Split('+').Select(static number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray())];
            return Array.CreateInstance(type.GetElementType()!, [.. ranks.Select(static rank => rank[1])], [.. ranks.Select(static rank => rank[0])]);
        }

        internal override object Fill(Type type, object? created, object?[] items)
        {
            var array = (Array)created!;
            Type of = type.GetElementType()!;
            int[] index = [.. Enumerable.Range(0, array.Rank).Select(array.GetLowerBound)];
            foreach (object? item in items)
            {
                array.SetValue(As(of, item), index);
                for (int rank = array.Rank - 1; rank >= 0 && ++index[rank] > array.GetUpperBound(rank) && rank > 0; rank--)
                {
                    index[rank] = array.GetLowerBound(rank);
                }
            }

            return array;
        }
    }

    /// <summary>A table's name, its columns with their types, its primary key and its rows.</summary>
    private sealed class DataTableShape : ContainerShape
    {
        internal override string About(object container) => ((DataTable)container).TableName;

        internal override object?[] Items(object container)
        {
            var table = (DataTable)container;
            DataColumn[] columns = [.. table.Columns.Cast<DataColumn>()];
            return
            [
                columns.Select(static column => column.ColumnName).ToArray(), columns.Select(static column => column.DataType).ToArray(),
                table.PrimaryKey.Select(static column => column.ColumnName).ToArray(),
                .. table.Rows.Cast<DataRow>().Where(static row => row.RowState != DataRowState.Deleted).Select(static row => row.ItemArray),
            ];
        }

        internal override object? Create(Type type, string about, int count) => new DataTable(about) { Locale = CultureInfo.InvariantCulture };

        internal override object Fill(Type type, object? created, object?[] items)
        {
            var table = (DataTable)created!;
            foreach ((object? name, object? of) in ((IEnumerable)items[0]!).Cast<object?>().Zip(((IEnumerable)items[1]!).Cast<object?>()))
            {
                table.Columns.Add((string)name!, of as Type ?? typeof(object));
            }

            table.PrimaryKey = [.. ((IEnumerable)items[2]!).Cast<string>().Select(name => table.Columns[name]!)];
            foreach (object? row in items.Skip(3))
            {
                table.Rows.Add([.. ((IEnumerable)row!).Cast<object?>().Select(static (cell) => cell is PSObject wrapped ? wrapped.BaseObject : cell)]);
            }

            table.AcceptChanges();
            return table;
        }
    }
}
