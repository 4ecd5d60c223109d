using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Security;
using FlowModule.Closures;
using FlowModule.Serialization;
using FlowModule.Values;

namespace FlowModule.Wire;

/// <summary>
/// Writes values for another process. Plain data and its containers arrive unchanged; so do the module's own objects,
/// script blocks and credentials. Anything else arrives in the form of PowerShell's own jobs: as CLIXML.
/// </summary>
internal sealed class ValueWriter(CliXml cliXml)
{
    private readonly ScriptWriter _scripts = new();
    private readonly Dictionary<object, int> _containers = new(ReferenceEqualityComparer.Instance);
    private Dictionary<MemoryModule, int>? _memory;

    /// <summary>Starts a frame; <paramref name="memory"/> contains the modules that its script blocks may belong to, with their numbers.</summary>
    internal void Reset(Dictionary<MemoryModule, int>? memory = null)
    {
        _scripts.Reset();
        _containers.Clear();
        _memory = memory;
    }

    /// <exception cref="FlowException">It is nested too deeply.</exception>
    internal void Write(BinaryWriter data, object? value, int depth = 0)
    {
        Nesting.Require(depth);
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (bare is PSCustomObject)
        {
            if (!TryWriteKnown(data, value!))
            {
                WriteCustom(data, (PSObject)value!, depth);
            }
        }
        else if (value is PSObject decorated && NotesOf(decorated) is { } notes)
        {
            WriteDecorated(data, decorated, notes, depth);
        }
        else if (!TryWrite(data, bare, depth))
        {
            WriteCliXml(data, value!);
        }
    }

    internal void WriteScript(BinaryWriter data, ScriptBlock script) => _scripts.Write(data, ScriptBlocks.Unbind(script));

    internal void WriteTable(BinaryWriter data, IReadOnlyCollection<KeyValuePair<string, object?>> table)
    {
        data.Write7BitEncodedInt(table.Count);
        foreach ((string name, object? value) in table)
        {
            data.Write(name);
            Write(data, value);
        }
    }

    private bool TryWrite(BinaryWriter data, object? value, int depth) =>
        PlainValues.TryWrite(data, value) || TryWriteOwn(data, value) || TryWriteContainer(data, value, depth);

    private bool TryWriteOwn(BinaryWriter data, object? value)
    {
        switch (value)
        {
            case ScriptBlock script:
                data.Write((byte)ValueKind.ScriptBlock);
                WriteScript(data, script);
                return true;
            case BoundBlock block:
                data.Write((byte)ValueKind.BoundBlock);
                WriteScript(data, block.Script);
                data.Write(block.Memory is null ? -1 : _memory![block.Memory]);
                data.Write(block.ModulePath ?? string.Empty);
                return true;
            case Flow flow:
                data.Write((byte)ValueKind.Flow);
                FlowCodec.Write(data, flow, this);
                return true;
            case FlowRun run:
                data.Write((byte)ValueKind.Run);
                FlowCodec.WriteState(data, run, run.State, this);
                return true;
            case FlowState state:
                data.Write((byte)ValueKind.State);
                FlowCodec.WriteState(data, state.Run, state, this);
                return true;
            case ErrorRecord error:
                data.Write((byte)ValueKind.Error);
                ErrorCodec.Write(data, error, this);
                return true;
            case SecureString secret:
                // As plain text, through a pipe that only this user can open, and never to a disk.
                data.Write((byte)ValueKind.SecureString);
                data.Write(PlainValues.Reveal(secret));
                return true;
            case PSCredential credential:
                data.Write((byte)ValueKind.Credential);
                data.Write(credential.UserName);
                data.Write(PlainValues.Reveal(credential.Password));
                return true;
            case null:
                return false;
            default:
                return TryWriteText(data, value);
        }
    }

    private static bool TryWriteText(BinaryWriter data, object value)
    {
        if (!TextTypes.TryWrite(value, out string type, out string text))
        {
            return false;
        }

        data.Write((byte)ValueKind.Text);
        data.Write(type);
        PlainValues.WriteText(data, text);
        return true;
    }

    private bool TryWriteContainer(BinaryWriter data, object? value, int depth)
    {
        if (value is not null && ContainerShape.Of(value) is { } shape)
        {
            WriteShaped(data, value, shape, depth);
            return true;
        }

        ValueKind? kind = value switch
        {
            Array => ValueKind.Array,
            ArrayList => ValueKind.ArrayList,
            IList when value.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(List<>) => ValueKind.List,
            Hashtable => ValueKind.Hashtable,
            OrderedDictionary => ValueKind.OrderedDictionary,
            _ => null,
        };
        if (kind is null)
        {
            return false;
        }

        if (TryWriteKnown(data, value!))
        {
            return true;
        }

        data.Write((byte)kind);
        switch (value)
        {
            case Array array:
                WriteItems(data, array, array.GetType().GetElementType()!, depth);
                break;
            case IList list:
                WriteItems(data, Copy(list), list is ArrayList ? typeof(object) : list.GetType().GenericTypeArguments[0], depth);
                break;
            case IDictionary table:
                WriteEntries(data, HistoryContainers.EntriesOf(table), depth);
                break;
        }

        return true;
    }

    private void WriteItems(BinaryWriter data, Array items, Type type, int depth)
    {
        ElementTypes.Write(data, type);
        data.Write7BitEncodedInt(items.Length);
        foreach (object? item in items)
        {
            Write(data, item, depth + 1);
        }
    }

    private void WriteEntries(BinaryWriter data, DictionaryEntry[] entries, int depth)
    {
        data.Write7BitEncodedInt(entries.Length);
        foreach (DictionaryEntry entry in entries)
        {
            Write(data, entry.Key, depth + 1);
            Write(data, entry.Value, depth + 1);
        }
    }

    /// <summary>Whether the container has already been written in this frame; if not, it is registered.</summary>
    private bool TryWriteKnown(BinaryWriter data, object container)
    {
        if (!_containers.TryGetValue(container, out int number))
        {
            _containers[container] = _containers.Count;
            return false;
        }

        data.Write((byte)ValueKind.Known);
        data.Write7BitEncodedInt(number);
        return true;
    }

    private void WriteCustom(BinaryWriter data, PSObject custom, int depth)
    {
        data.Write((byte)ValueKind.CustomObject);
        string[] names = [.. custom.TypeNames];
        bool isOrdinary = names is [_, "System.Object"];
        data.Write7BitEncodedInt(isOrdinary ? 0 : names.Length);
        foreach (string name in isOrdinary ? [] : names)
        {
            data.Write(name);
        }

        List<PSPropertyInfo> properties = [.. custom.Properties.Where(property => property.IsGettable)];
        data.Write7BitEncodedInt(properties.Count);
        foreach (PSPropertyInfo property in properties)
        {
            data.Write(property.Name);
            Write(data, ValueOf(property), depth + 1);
        }
    }

    private void WriteCliXml(BinaryWriter data, object value)
    {
        data.Write((byte)ValueKind.CliXml);
        data.Write(cliXml.Serialize(value));
    }

    /// <summary>A property whose script throws is null; the object is still carried.</summary>
    private static object? ValueOf(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (RuntimeException)
        {
            return null;
        }
    }

    private static List<PSPropertyInfo>? NotesOf(PSObject value) =>
        value.BaseObject is Flow or FlowRun or FlowState or ErrorRecord ? null : ProviderNotes.Without(value);

    /// <summary>A value with added properties.</summary>
    private void WriteDecorated(BinaryWriter data, PSObject value, List<PSPropertyInfo> notes, int depth)
    {
        if (TryWriteKnown(data, value))
        {
            return;
        }

        data.Write((byte)ValueKind.Decorated);
        if (!TryWrite(data, value.BaseObject, depth))
        {
            WriteCliXml(data, value.BaseObject);
        }

        data.Write7BitEncodedInt(notes.Count);
        foreach (PSPropertyInfo note in notes)
        {
            data.Write(note.Name);
            Write(data, note.Value, depth + 1);
        }
    }

    private void WriteShaped(BinaryWriter data, object container, ContainerShape shape, int depth)
    {
        if (TryWriteKnown(data, container))
        {
            return;
        }

        object?[] items = shape.Items(container);
        data.Write((byte)ValueKind.Container);
        data.Write(TypeNames.Of(CarriedTypes.Of(container.GetType())));
        data.Write(shape.About(container));
        data.Write7BitEncodedInt(items.Length);
        foreach (object? item in items)
        {
            Write(data, item, depth + 1);
        }
    }

    /// <summary>A snapshot of a list's items, because another thread may be writing to it.</summary>
    private static object?[] Copy(IList list)
    {
        lock (list.SyncRoot)
        {
            var items = new object?[list.Count];
            list.CopyTo(items, 0);
            return items;
        }
    }
}
