using FlowModule.Engine;

namespace FlowModule.Hosting.Processes;

/// <summary>What a child says of the end of a run: the verdict of its engine, and whether the body still holds it.</summary>
internal static class EndMessage
{
    internal static void Write(BinaryWriter data, FinalStateRule.Verdict verdict, bool isAbandoned, ValueWriter values)
    {
        values.Reset();
        data.Write(isAbandoned);
        data.Write((byte)verdict.Type);
        values.Write(data, verdict.Name);
        values.Write(data, verdict.Message);
        values.Write(data, verdict.Result);
        values.Write(data, verdict.Error);
    }

    internal static (FinalStateRule.Verdict Verdict, bool IsAbandoned) Read(BinaryReader data, ValueReader values)
    {
        values.Reset();
        bool isAbandoned = data.ReadBoolean();
        var type = (StateType)data.ReadByte();
        var name = values.Read<string?>(data);
        var message = values.Read<string?>(data);
        object? result = values.Read(data);
        return (new FinalStateRule.Verdict(type, name, message, result, values.Read(data)), isAbandoned);
    }
}
