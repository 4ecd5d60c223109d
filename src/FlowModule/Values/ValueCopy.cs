using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Text;
using System.Xml;

namespace FlowModule.Values;

/// <summary>
/// Copies values so that their receiver may change them: data is copied deeply. Immutable values are shared, and so are objects that are more than data (a
/// connection, an instance of a class) or made for sharing (thread-safe collections).
/// </summary>
internal sealed class ValueCopy
{
    // Data may contain the same object twice, or itself.
    private readonly Dictionary<object, object> _copies = new(ReferenceEqualityComparer.Instance);

    private ValueCopy()
    {
    }

    internal static object? Of(object? value)
    {
        if (IsShared(value is PSObject wrapped ? wrapped.BaseObject : value))
        {
            return value;
        }

        try
        {
            return new ValueCopy().Copy(value);
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            // An object of the user threw, or another thread is writing to a list: then the original is shared.
            return value;
        }
    }

    private static bool IsShared(object? bare) => bare is null or string or ValueType;

    private object? Copy(object? value)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (IsShared(bare))
        {
            return value;
        }

        object identity = bare is PSCustomObject ? value! : bare!;
        if (!_copies.TryGetValue(identity, out object? copy))
        {
            copy = CopyBare(value!, bare!);
            _copies[identity] = copy;
        }

        return value is PSObject noted && bare is not PSCustomObject ? ReferenceEquals(copy, bare) ? value : WithNotes(copy, noted) : copy;
    }

    private object CopyBare(object value, object bare)
    {
        Type type = bare.GetType();
        switch (bare)
        {
            case PSCustomObject:
                return CopyCustom((PSObject)value);
            case Array array when type.IsSZArray:
                return CopyArray(array, type.GetElementType()!);
            case ArrayList list when type == typeof(ArrayList):
                return Fill(new ArrayList(list.Count), bare, list);
            case IList list when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>):
                return Fill((IList)Activator.CreateInstance(type, list.Count)!, bare, list);
            case Hashtable table when type == typeof(Hashtable):
                return Fill((Hashtable)table.Clone(), bare, table);
            case OrderedDictionary table when type == typeof(OrderedDictionary):
                return Fill(KeyComparison.IgnoresCase(table) ? new OrderedDictionary(table.Count, StringComparer.OrdinalIgnoreCase) : new OrderedDictionary(table.Count), bare, table);
            case StringBuilder text:
                return new StringBuilder(text.ToString(), text.Capacity);
            case XmlDocument document:
                return document.CloneNode(deep: true);
            default:
                return type.Namespace != "System.Collections.Concurrent" && ContainerShape.Of(type) is { } shape && bare is not Hashtable ? CopyShaped(bare, type, shape) : bare;
        }
    }

    private PSObject CopyCustom(PSObject custom)
    {
        PSObject copy = custom.Copy();
        _copies[custom] = copy;
        foreach (PSPropertyInfo property in copy.Properties.Match("*", PSMemberTypes.NoteProperty))
        {
            object? inner = Copy(property.Value);
            if (!ReferenceEquals(inner, property.Value))
            {
                property.Value = inner;
            }
        }

        return copy;
    }

    private Array CopyArray(Array array, Type element)
    {
        var copy = (Array)array.Clone();
        _copies[array] = copy;
        if (element == typeof(string) || element.IsValueType)
        {
            return copy;
        }

        for (int i = 0; i < copy.Length; i++)
        {
            copy.SetValue(Copy(copy.GetValue(i)), i);
        }

        return copy;
    }

    private IList Fill(IList copy, object original, IList items)
    {
        _copies[original] = copy;
        foreach (object? item in items)
        {
            copy.Add(Copy(item));
        }

        return copy;
    }

    private IDictionary Fill(IDictionary copy, object original, IDictionary table)
    {
        _copies[original] = copy;
        foreach (DictionaryEntry entry in table)
        {
            copy[entry.Key] = Copy(entry.Value);
        }

        return copy;
    }

    private object CopyShaped(object container, Type type, ContainerShape shape)
    {
        object?[] items = shape.Items(container);
        object? created = shape.Create(type, shape.About(container), items.Length);
        if (created is not null)
        {
            _copies[container] = created;
        }

        return shape.Fill(type, created, Array.ConvertAll(items, Copy));
    }

    /// <summary>Properties that were added to a value belong to the value.</summary>
    private PSObject WithNotes(object copy, PSObject noted)
    {
        var wrapper = new PSObject(copy);
        foreach (PSPropertyInfo note in noted.Properties.Match("*", PSMemberTypes.NoteProperty))
        {
            if (wrapper.Properties[note.Name] is null)
            {
                wrapper.Properties.Add(new PSNoteProperty(note.Name, Copy(note.Value)));
            }
        }

        return wrapper;
    }
}
