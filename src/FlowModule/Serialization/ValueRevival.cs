using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using FlowModule.Values;

namespace FlowModule.Serialization;

/// <summary>
/// Makes the values that were written out of what PSSerializer reads: lists are of their types again, and what stands for a value gives way to
/// it. One value's.
/// </summary>
/// <param name="parts">What was read: the value, and after it what was too deep to stand in its place.</param>
internal sealed class ValueRevival(object?[] parts)
{
    private const string Deserialized = "Deserialized.";
    private const string Custom = Deserialized + "System.Management.Automation.PSCustomObject";
    private const string CustomMark = Deserialized + ValueMarks.OfCustom;
    private const string Mark = Deserialized + ValueMarks.TypeName;

    // By what was read; a container is there before it is filled, for it may hold itself.
    private readonly Dictionary<object, object?> _known = new(ReferenceEqualityComparer.Instance);

    /// <exception cref="FormatException">It cannot be made here.</exception>
    internal object? Value() => parts.Length == 0 ? null : Revive(parts[0]);

    private object? Revive(object? read)
    {
        object? bare = read is PSObject wrapped ? wrapped.BaseObject : read;
        object? identity = bare is PSCustomObject ? read : bare;
        switch (bare)
        {
            case null:
                return read;
            case string or ValueType or byte[]:
                return read is PSObject noted ? Constant(noted, bare) ?? Noted(noted) : read;
        }

        if (_known.TryGetValue(identity!, out object? known))
        {
            return known;
        }

        return bare switch
        {
            PSCustomObject => Object((PSObject)read!),
            ArrayList list => Noted(read, List(list, read as PSObject)),
            IDictionary table => Table(read, table),
            _ => read,
        };
    }

    /// <summary>An enumeration's constant as PowerShell itself writes it, which was read as its number.</summary>
    private static object? Constant(PSObject read, object number) =>
        read.TypeNames.Count > 2 && read.TypeNames.Contains(Deserialized + "System.Enum") && TypeNames.Find(Original(read.TypeNames[0])) is { IsEnum: true } type
            ? Enum.ToObject(type, number)
            : null;

    private object? Object(PSObject read)
    {
        if (read.TypeNames.Count > 0 && string.Equals(read.TypeNames[0], Mark, StringComparison.Ordinal))
        {
            return Marked(read);
        }

        _known[read] = read;
        Noted(read);

        // An object that was made of its properties is one again.
        if (!HistoryStates.Is(read) && (read.TypeNames.Contains(Custom) || read.TypeNames.Contains(CustomMark)))
        {
            string[] names = [.. read.TypeNames.Where(static name => name != CustomMark).Select(Original)];
            read.TypeNames.Clear();
            Array.ForEach(names, read.TypeNames.Add);
        }

        return read;
    }

    private object? Marked(PSObject read)
    {
        object? items = Get(read, ValueMarks.OfItems);
        if (Get(read, ValueMarks.OfNumber) is int number)
        {
            return _known[read] = Revive(parts[number]);
        }

        if (Get(read, ValueMarks.OfType) is not string name)
        {
            return _known[read] = Noted(Get(read, ValueMarks.OfNotes), Revive(((IList)Bare(items)!)[0])!);
        }

        var text = Get(read, ValueMarks.OfText) as string ?? string.Empty;
        if (items is null)
        {
            return _known[read] = name == ScriptText.Type ? ScriptText.Read(text) : TextTypes.Read(name, text);
        }

        var list = (IList)Bare(items)!;
        Type? type = TypeNames.Find(name);
        ContainerShape? shape = type is null ? null : ContainerShape.Of(type);
        var held = new object?[list.Count];
        object? created = shape is null ? held : shape.Create(type!, text, held.Length);
        _known[read] = created;
        for (int i = 0; i < held.Length; i++)
        {
            held[i] = Revive(list[i]);
        }

        return _known[read] = shape?.Fill(type!, created, held) ?? held;
    }

    /// <summary>An array or a list of the type that it had, where that is known; else as it was read.</summary>
    private object List(ArrayList list, PSObject? read)
    {
        Type? type = read?.TypeNames is [var first, ..] && first.StartsWith(Deserialized, StringComparison.Ordinal) ? TypeNames.Find(Original(first)) : null;
        type = type is null ? null : CarriedTypes.Of(type);
        IList made = list;
        Type item = typeof(object);
        if (type is { IsSZArray: true })
        {
            item = type.GetElementType()!;
            made = Array.CreateInstance(item, list.Count);
        }
        else if (type is { IsGenericType: true } && type.GetGenericTypeDefinition() == typeof(List<>))
        {
            item = type.GenericTypeArguments[0];
            made = (IList)Activator.CreateInstance(type)!;
        }

        _known[list] = made;
        for (int i = 0; i < list.Count; i++)
        {
            object? value = ContainerShape.As(item, Revive(list[i]));
            if (i < made.Count)
            {
                made[i] = value;
            }
            else
            {
                made.Add(value);
            }
        }

        return made;
    }

    /// <summary>The table with keys in any case, as both kinds of CLIXML have them; one of an earlier version may hold a key in both.</summary>
    private object? Table(object? read, IDictionary table)
    {
        StringComparer? comparer = table.Keys.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Count() == table.Keys.OfType<string>().Count() ? StringComparer.OrdinalIgnoreCase : null;
        IDictionary made = table is OrderedDictionary ? new OrderedDictionary(table.Count, comparer) : new Hashtable(table.Count, comparer);
        _known[table] = made;
        foreach (DictionaryEntry entry in HistoryContainers.EntriesOf(table))
        {
            made[Revive(entry.Key)!] = Revive(entry.Value);
        }

        return Noted(read, made);
    }

    /// <summary>The value with the properties that were added to it, if any were.</summary>
    private object? Noted(object? read, object made)
    {
        if (read is not PSObject noted)
        {
            return made;
        }

        PSObject? with = null;
        foreach (PSPropertyInfo note in noted.Properties.Match("*", PSMemberTypes.NoteProperty))
        {
            (with ??= PSObject.AsPSObject(made)).Properties.Add(new PSNoteProperty(note.Name, Revive(note.Value)));
        }

        return with ?? made;
    }

    private PSObject Noted(PSObject read)
    {
        foreach (PSPropertyInfo property in read.Properties)
        {
            if (property is PSNoteProperty or PSProperty && property.Value is { } value && Revive(value) is var revived && !ReferenceEquals(value, revived))
            {
                property.Value = revived;
            }
        }

        return read;
    }

    private static object? Get(PSObject mark, string name) => mark.Properties[name]?.Value;

    private static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static string Original(string name) => name.StartsWith(Deserialized, StringComparison.Ordinal) ? name[Deserialized.Length..] : name;
}
