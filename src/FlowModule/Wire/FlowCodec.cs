using System.Collections;
using System.Management.Automation;

namespace FlowModule.Wire;

/// <summary>Carries flows and runs between processes. A run represents one of the other process, and is not executed where it arrives.</summary>
internal static class FlowCodec
{
    internal static void Write(BinaryWriter data, Flow flow, ValueWriter values)
    {
        data.Write(flow.Name);
        values.WriteScript(data, flow.ScriptBlock);
        values.Write(data, flow.Path);
        values.Write(data, flow.Description);
        values.Write(data, flow.RunName);
        PolicyCodec.Write(data, flow.Policy, values);
        data.Write(flow.IsTask);
        data.Write((int)flow.TaskRunner);
        values.Write(data, flow.ThrottleLimit);
        values.Write(data, flow.Tag);
        data.Write(flow.FailOnError);
    }

    /// <summary>A run's identity, for an object that represents it in the other process and is not executed there.</summary>
    internal static void WriteIdentity(BinaryWriter data, FlowRun run, ValueWriter values)
    {
        values.Write(data, run.Id);
        data.Write(run.Name);
        data.Write(run.FlowName);
        values.Write(data, run.Tag);
    }

    /// <summary>A run, and one of its states.</summary>
    internal static void WriteState(BinaryWriter data, FlowRun run, FlowState state, ValueWriter values)
    {
        WriteIdentity(data, run, values);
        values.Write(data, run.InputObject);
        values.Write(data, run.Parameters.Count == 0 ? null : run.Parameters);
        values.Write(data, run.StartTime);
        data.Write((byte)state.Type);
        values.Write(data, state.Timestamp);
        data.Write(state.Name);
        values.Write(data, state.Message);
        values.Write(data, state.Result);
        values.Write(data, state.Error);
    }

    internal static Flow Read(BinaryReader data, ValueReader values)
    {
        string name = data.ReadString();
        ScriptBlock body = values.ReadScript(data);
        return new Flow(name, body, values.Read<string?>(data))
        {
            Description = values.Read<string?>(data),
            RunName = values.Read(data),
            Policy = PolicyCodec.Read(data, values),
            IsTask = data.ReadBoolean(),
            TaskRunner = (FlowTaskRunner)data.ReadInt32(),
            ThrottleLimit = values.Read<int?>(data),
            Tag = ReadTags(data, values),
            FailOnError = data.ReadBoolean(),
        };
    }

    /// <summary>An object that represents a run of another process, and is not executed here.</summary>
    internal static FlowRun ReadIdentity(BinaryReader data, ValueReader values, bool withInput = false, FlowRun? parent = null)
    {
        Guid id = values.Read<Guid>(data);
        string name = data.ReadString();
        var flow = new RemoteFlow(data.ReadString()) { Tag = ReadTags(data, values) };
        object? input = withInput ? values.Read(data) : null;
        object? parameters = withInput ? values.Read(data) : null;
        return new FlowRun(flow, parent, TimeProvider.System, name, (parameters is PSObject wrapped ? wrapped.BaseObject : parameters) as IDictionary, input) { Id = id };
    }

    /// <summary>A run that represents one of another process, in the state that was sent.</summary>
    internal static FlowState ReadState(BinaryReader data, ValueReader values)
    {
        FlowRun run = ReadIdentity(data, values, withInput: true);
        var start = values.Read<DateTimeOffset?>(data);
        var type = (StateType)data.ReadByte();
        var time = values.Read<DateTimeOffset>(data);
        return run.Restore(start, type, time, data.ReadString(), values.Read<string?>(data), values.Read(data), values.Read(data));
    }

    /// <summary>Tags belong to a flow and are never changed.</summary>
    private static string[] ReadTags(BinaryReader data, ValueReader values) => values.ReadUnchanged<string[]>(data);
}
