using System.Collections;
using System.Management.Automation;

namespace FlowModule.Wire;

/// <content>The module's own objects.</content>
internal sealed partial class ValueReader
{
    internal Flow ReadFlow(BinaryReader data)
    {
        string name = data.ReadString();
        ScriptBlock body = ReadScript(data);
        return new Flow(name, body, Read<string?>(data))
        {
            Description = Read<string?>(data),
            RunName = Read(data),
            Policy = PolicyCodec.Read(data, this),
            IsTask = data.ReadBoolean(),
            TaskRunner = (FlowTaskRunner)data.ReadInt32(),
            ThrottleLimit = Read<int?>(data),
            Tag = ReadTags(data),
            FailOnError = data.ReadBoolean(),
        };
    }

    /// <summary>An object that represents a run of another process, and is not executed here.</summary>
    internal FlowRun ReadIdentity(BinaryReader data, bool withInput = false, FlowRun? parent = null)
    {
        Guid id = Read<Guid>(data);
        string name = data.ReadString();
        var flow = new RemoteFlow(data.ReadString()) { Tag = ReadTags(data) };
        object? input = withInput ? Read(data) : null;
        object? parameters = withInput ? Read(data) : null;
        return new FlowRun(flow, parent, TimeProvider.System, name, (parameters is PSObject wrapped ? wrapped.BaseObject : parameters) as IDictionary, input) { Id = id };
    }

    private FlowState ReadRun(BinaryReader data)
    {
        FlowRun run = ReadIdentity(data, withInput: true);
        var start = Read<DateTimeOffset?>(data);
        var type = (StateType)data.ReadByte();
        var time = Read<DateTimeOffset>(data);
        return run.Restore(start, type, time, data.ReadString(), Read<string?>(data), Read(data), Read(data));
    }

    /// <summary>Tags belong to a flow and are never changed.</summary>
    private string[] ReadTags(BinaryReader data)
    {
        bool before = HasMutable;
        var tags = Read<string[]>(data);
        HasMutable = before;
        return tags;
    }
}
