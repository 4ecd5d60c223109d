using System.Collections;
using System.Collections.Specialized;
using System.Diagnostics;
using FlowModule.Closures;
using FlowModule.Engine.History;
using FlowModule.Engine.Limits;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.Telemetry;
using FlowModule.History;

namespace FlowModule.Wire;

/// <summary>The description of a run for a child: its identity, its input, and the key of its work.</summary>
internal static class RunMessage
{
    /// <param name="data">Where it is written.</param>
    /// <param name="run">The run.</param>
    /// <param name="workKey">The key of its work.</param>
    /// <param name="values">Writes the values.</param>
    /// <param name="relay">The number of the run's history, if the peer sends its rows; null if it opens the history itself, or there is none.</param>
    internal static void Write(BinaryWriter data, FlowRun run, string workKey, ValueWriter values, int? relay = null)
    {
        values.Reset();
        data.Write(workKey);
        values.Write(data, run.Id);
        values.Write(data, run.HostName);
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

        WriteShared(data, run, values);
        values.Write(data, run.Policy.Secrets.ToArray());
        values.Write(data, run.Recording?.History.Address.ToString());
        data.Write7BitEncodedInt(relay ?? -1);
        data.Write(run.Recording?.IsRequired ?? false);
        ActivityContext attempt = RunTrace.ContextIn(run);
        data.Write(attempt == default ? string.Empty : TraceEnvironment.Format(attempt));
        data.Write(attempt.TraceState ?? string.Empty);
        FlowRun[] around = Around(run);
        data.Write7BitEncodedInt(around.Length);
        foreach (FlowRun outer in around)
        {
            FlowCodec.WriteIdentity(data, outer, values);
        }
    }

    /// <summary>What the run shares with all processes: its slots, and the keys that it computes, for which nothing inside it may wait.</summary>
    private static void WriteShared(BinaryWriter data, FlowRun run, ValueWriter values)
    {
        SharedClaim? slots = run.Driver?.Slots?.Shared;
        data.Write(slots?.Number ?? 0);
        values.Write(data, slots?.Limits ?? []);
        values.Write(data, CacheVisit.KeysComputedBy(run).ToArray());
    }

    /// <summary>The id of the run that a message describes.</summary>
    internal static Guid IdOf(byte[] payload)
    {
        using var data = new BinaryReader(new MemoryStream(payload), FrameBuilder.Text);
        data.ReadString();
        return PlainValues.TryRead(data, (ValueKind)data.ReadByte(), out object? id) ? (Guid)id! : throw new InvalidDataException("A run has no id.");
    }

    /// <param name="data">The payload after its work key.</param>
    /// <param name="work">The work with that key.</param>
    /// <param name="values">Reads the values.</param>
    /// <param name="relayed">The history of the other machine with this number and at this place.</param>
    /// <param name="slots">The slots of the run, or null.</param>
    internal static FlowRun Read(BinaryReader data, SubflowWork work, ValueReader values, Func<int, string, RunHistory> relayed, out SharedClaim? slots)
    {
        values.Reset();
        Guid id = values.Read<Guid>(data);
        var hostName = values.Read<string?>(data);
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

        long claim = data.ReadInt64();
        string[] limits = values.Read<string[]>(data);
        slots = claim == 0 ? null : new SharedClaim(claim, limits);
        string[] computed = values.Read<string[]>(data);
        string[] secrets = values.Read<string[]>(data);
        var history = values.Read<string?>(data);
        int relay = data.Read7BitEncodedInt();
        bool isRequired = data.ReadBoolean();
        ActivityContext span = TraceEnvironment.Parse(data.ReadString(), data.ReadString());
        FlowRun? parent = null;
        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            parent = FlowCodec.ReadIdentity(data, values, parent: parent);
        }

        // The parent process applies its policy: its timeout, its retries, its hooks, and its outcome. But its slots are passed on.
        RunPolicy policy = RunPolicy.Default with { Limits = slots?.Limits ?? [], Secrets = secrets };
        var run = new FlowRun(work.Flow, parent, TimeProvider.System, name, parameters, input, policy, work.Flow.IsTask)
        {
            Id = id,
            HostName = hostName,
            HasInput = hasInput,
            HostData = work,
            Attempt = attempt,
            ComputesElsewhere = computed,
        };
        // The process that started the run has its span. The child runs have their spans here.
        RunTrace.BeginElsewhere(run, span);
        if (history is not null)
        {
            run.Recording = new RunRecording(relay < 0 ? Histories.At(history) : relayed(relay, history), run) { IsElsewhere = true, IsRequired = isRequired };
        }

        return run;
    }

    /// <summary>The runs that contain a run, the outermost first.</summary>
    private static FlowRun[] Around(FlowRun run)
    {
        var around = new Stack<FlowRun>();
        while (run.Parent is { } parent)
        {
            around.Push(parent);
            run = parent;
        }

        return [.. around];
    }
}
