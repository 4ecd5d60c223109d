using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Serialization;
using FlowModule.Values;

namespace FlowModule.Wire;

/// <summary>Reads values that a <see cref="ValueWriter"/> of another process has written. Used on a thread without a session.</summary>
internal sealed class ValueReader(CliXml cliXml)
{
    private readonly ScriptReader _scripts = new();
    private readonly List<object?> _containers = [];
    private MemoryModule[] _memory = [];

    /// <summary>
    /// Whether the receiver may change something that was read since the frame began: then it is read again for the next receiver.
    /// </summary>
    internal bool HasMutable { get; private set; }

    /// <summary>The run that the other process is executing: its errors are not attached to it here yet.</summary>
    internal FlowRun? Executing { get; set; }

    /// <summary>Starts a frame; <paramref name="memory"/> contains the modules that its script blocks may belong to.</summary>
    internal void Reset(MemoryModule[]? memory = null)
    {
        _scripts.Reset();
        _containers.Clear();
        _memory = memory ?? [];
        HasMutable = false;
    }

    internal T Read<T>(BinaryReader data) => (T)Read(data)!;

    /// <summary>A value that nobody changes, whatever its type allows: it does not count for <see cref="HasMutable"/>.</summary>
    internal T ReadUnchanged<T>(BinaryReader data)
    {
        bool before = HasMutable;
        T value = Read<T>(data);
        HasMutable = before;
        return value;
    }

    internal object? Read(BinaryReader data)
    {
        var kind = (ValueKind)data.ReadByte();
        if (kind != ValueKind.Bytes && PlainValues.TryRead(data, kind, out object? plain))
        {
            return plain;
        }

        switch (kind)
        {
            case ValueKind.ScriptBlock:
                return ReadScript(data);
            case ValueKind.BoundBlock:
                ScriptBlock script = ReadScript(data);
                int memory = data.ReadInt32();
                string path = data.ReadString();
                return new BoundBlock(script, memory < 0 ? null : _memory[memory], path.Length == 0 ? null : path);
            case ValueKind.Flow:
                return FlowCodec.Read(data, this);
            case ValueKind.SecureString:
                return PlainValues.Conceal(data.ReadString());
            case ValueKind.Credential:
                return new PSCredential(data.ReadString(), PlainValues.Conceal(data.ReadString()));
            case ValueKind.Text:
                string type = data.ReadString();
                object value = TextTypes.Read(type, PlainValues.ReadText(data));
                HasMutable |= value is not ValueType;
                return value;
            default:
                HasMutable = true;
                return ReadMutable(data, kind);
        }
    }

    internal ScriptBlock ReadScript(BinaryReader data) => _scripts.Read(data);

    internal void ReadTable(BinaryReader data, IDictionary<string, object?> table)
    {
        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            table[data.ReadString()] = Read(data);
        }
    }

    private object? ReadMutable(BinaryReader data, ValueKind kind)
    {
        switch (kind)
        {
            case ValueKind.Bytes:
                return data.ReadBytes(data.Read7BitEncodedInt());
            case ValueKind.Array:
                return ReadArray(data);
            case ValueKind.List:
                return ReadItems(data, (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(ElementTypes.Read(data)))!);
            case ValueKind.ArrayList:
                _ = ElementTypes.Read(data);
                return ReadItems(data, new ArrayList());
            case ValueKind.Hashtable:
                return ReadEntries(data, new Hashtable(StringComparer.OrdinalIgnoreCase));
            case ValueKind.OrderedDictionary:
                return ReadEntries(data, new OrderedDictionary(StringComparer.OrdinalIgnoreCase));
            case ValueKind.CustomObject:
                return ReadCustom(data);
            case ValueKind.Container:
                return ReadShaped(data);
            case ValueKind.Decorated:
                return ReadDecorated(data);
            case ValueKind.Known:
                return _containers[data.Read7BitEncodedInt()];
            case ValueKind.Run:
                return FlowCodec.ReadState(data, this).Run;
            case ValueKind.State:
                return FlowCodec.ReadState(data, this);
            case ValueKind.Error:
                return ErrorCodec.Read(data, this);
            case ValueKind.CliXml:
                return cliXml.Deserialize(data.ReadString());
            default:
                throw new InvalidDataException($"There is no value of kind {(byte)kind}.");
        }
    }

    private Array ReadArray(BinaryReader data)
    {
        Type type = ElementTypes.Read(data);
        var array = Array.CreateInstance(type, data.Read7BitEncodedInt());
        _containers.Add(array);
        for (int i = 0; i < array.Length; i++)
        {
            array.SetValue(ContainerShape.As(type, Read(data)), i);
        }

        return array;
    }

    private IList ReadItems(BinaryReader data, IList list)
    {
        Type type = list.GetType().GenericTypeArguments is [var item] ? item : typeof(object);
        _containers.Add(list);
        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            list.Add(ContainerShape.As(type, Read(data)));
        }

        return list;
    }

    private IDictionary ReadEntries(BinaryReader data, IDictionary table)
    {
        _containers.Add(table);
        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            object key = Read(data)!;
            table[key] = Read(data);
        }

        return table;
    }

    private PSObject ReadCustom(BinaryReader data)
    {
        var custom = new PSObject();
        _containers.Add(custom);
        int names = data.Read7BitEncodedInt();
        if (names > 0)
        {
            custom.TypeNames.Clear();
        }

        for (; names > 0; names--)
        {
            custom.TypeNames.Add(data.ReadString());
        }

        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            string name = data.ReadString();
            custom.Properties.Add(new PSNoteProperty(name, Read(data)));
        }

        return custom;
    }

    /// <summary>A container of a named type; if this process does not know the type, an array of its items.</summary>
    private object ReadShaped(BinaryReader data)
    {
        Type? type = TypeNames.Find(data.ReadString());
        ContainerShape? shape = type is null ? null : ContainerShape.Of(type);
        string about = data.ReadString();
        var items = new object?[data.Read7BitEncodedInt()];
        int number = _containers.Count;
        object? created = shape is null ? items : shape.Create(type!, about, items.Length);
        _containers.Add(created);
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = Read(data);
        }

        return _containers[number] = shape?.Fill(type!, created, items) ?? items;
    }

    private PSObject ReadDecorated(BinaryReader data)
    {
        int number = _containers.Count;
        _containers.Add(null);
        PSObject value = PSObject.AsPSObject(Read(data)!);
        _containers[number] = value;
        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            var note = new PSNoteProperty(data.ReadString(), Read(data));
            if (value.Properties[note.Name] is null)
            {
                value.Properties.Add(note);
            }
        }

        return value;
    }
}
