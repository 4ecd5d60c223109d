using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Scheduling.Instances;

/// <summary>The instructions for a process that runs the script of a tick.</summary>
/// <param name="Instance">The tick.</param>
/// <param name="Path">The script.</param>
/// <param name="Parameters">Its parameters, a hashtable as CLIXML; null for none.</param>
/// <param name="HistoryPath">The default history of its runs; null for the user's default.</param>
internal sealed record InstanceOrder(ScheduledInstance Instance, string Path, string? Parameters, string? HistoryPath)
{
    internal void Write(BinaryWriter data)
    {
        data.Write(Instance.Name);
        data.Write(Instance.Time.Ticks);
        data.Write(Instance.Time.Offset.Ticks);
        data.Write(Instance.IsLate);
        data.Write(Path);
        Write(data, Parameters);
        Write(data, HistoryPath);
    }

    internal static InstanceOrder Read(BinaryReader data)
    {
        string name = data.ReadString();
        var time = new DateTimeOffset(data.ReadInt64(), new TimeSpan(data.ReadInt64()));
        return new InstanceOrder(new ScheduledInstance(name, time, data.ReadBoolean()), data.ReadString(), ReadText(data), ReadText(data));
    }

    private static void Write(BinaryWriter data, string? text)
    {
        data.Write(text is not null);
        if (text is not null)
        {
            data.Write(text);
        }
    }

    private static string? ReadText(BinaryReader data) => data.ReadBoolean() ? data.ReadString() : null;
}
