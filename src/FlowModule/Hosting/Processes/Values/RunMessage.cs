using System.Collections;
using System.Collections.Specialized;

namespace FlowModule.Hosting.Processes;

/// <summary>What a child is told of a run: who it is, what it is given, and by which key the child knows its work.</summary>
internal static class RunMessage
{
    internal static void Write(BinaryWriter data, FlowRun run, string workKey, ValueWriter values)
    {
        values.Reset();
        data.Write(workKey);
        values.Write(data, run.Id);
        data.Write(run.Name);
        data.Write7BitEncodedInt(run.Attempt);
        data.Write(run.HasInput);
        values.Write(data, run.InputObject);
        data.Write7BitEncodedInt(run.Parameters.Count);
        foreach (DictionaryEntry parameter in run.Parameters)
        {
            data.Write(parameter.Key.ToString()!);
            values.Write(data, parameter.Value);
        }

        data.Write(run.Parent is not null);
        if (run.Parent is { } parent)
        {
            values.WriteIdentity(data, parent);
        }
    }

    /// <param name="data">The payload after its work key.</param>
    /// <param name="work">The work of that key.</param>
    /// <param name="values">Reads the values.</param>
    internal static FlowRun Read(BinaryReader data, SubflowWork work, ValueReader values)
    {
        values.Reset();
        Guid id = values.Read<Guid>(data);
        string name = data.ReadString();
        int attempt = data.Read7BitEncodedInt();
        bool hasInput = data.ReadBoolean();
        object? input = values.Read(data);
        var parameters = new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            string parameter = data.ReadString();
            parameters[parameter] = values.Read(data);
        }

        FlowRun? parent = data.ReadBoolean() ? values.ReadIdentity(data) : null;

        // Its policy is the business of the process that has started it: its clock, its retries, its hooks.
        return new FlowRun(work.Flow, parent, TimeProvider.System, name, parameters, input, Engine.RunPolicy.Default, work.Flow.IsTask)
        {
            Id = id,
            HasInput = hasInput,
            HostData = work,
            Attempt = attempt,
        };
    }
}
