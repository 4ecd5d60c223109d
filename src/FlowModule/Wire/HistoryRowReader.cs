using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Wire;

/// <summary>Reads what a <see cref="HistoryRowWriter"/> has written, in the same order.</summary>
internal sealed class HistoryRowReader
{
    private readonly Dictionary<string, string> _scripts = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, RunStart> _begun = [];

    internal List<HistoryRow> Read(BinaryReader data)
    {
        List<HistoryRow> rows = [];
        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            rows.Add(ReadChange(data));
        }

        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            Guid run = ReadId(data);
            DateTimeOffset time = ReadTime(data);
            var level = (FlowLogLevel)data.ReadByte();
            rows.Add(new LogRow(run, time, level, data.ReadString()));
        }

        return rows;
    }

    private RunChange ReadChange(BinaryReader data)
    {
        RunRow run = ReadRun(data);
        int number = data.Read7BitEncodedInt();
        var type = (StateType)data.ReadByte();
        string? name = ReadText(data);
        string? message = ReadText(data);
        DateTimeOffset time = ReadTime(data);
        var state = new StateRow(number, type, name, message, time, ReadTimeOrNull(data));
        RunStart? start = ReadStart(data, run.Id);
        bool isOver = data.ReadBoolean();
        if (isOver)
        {
            _begun.Remove(run.Id);
        }

        return new RunChange(run, state)
        {
            Start = start,
            IsOver = isOver,
            StartTime = ReadTimeOrNull(data),
            Attempt = data.Read7BitEncodedInt(),
            ErrorCount = data.Read7BitEncodedInt(),
            HostName = ReadText(data),
            Result = ReadValue(data),
            Error = ReadValue(data),
            ErrorDetails = ReadValue(data),
        };
    }

    // Initializers are evaluated in the order in which they are written.
    private RunRow ReadRun(BinaryReader data) => new()
    {
        Id = ReadId(data),
        ParentId = ReadIdOrNull(data),
        RootId = ReadId(data),
        Kind = (RunKind)data.ReadByte(),
        Name = data.ReadString(),
        Flow = ReadFlow(data),
        CreatedTime = ReadTime(data),
        Key = data.Read7BitEncodedInt() is >= 0 and var length ? data.ReadBytes(length) : null,
        RestartOf = ReadIdOrNull(data),
        Schedule = ReadText(data),
        ScheduledTime = ReadTimeOrNull(data),
    };

    private FlowRow ReadFlow(BinaryReader data)
    {
        string name = data.ReadString();
        string[] tags = new string[data.Read7BitEncodedInt()];
        for (int i = 0; i < tags.Length; i++)
        {
            tags[i] = data.ReadString();
        }

        string? path = ReadText(data);
        int line = data.Read7BitEncodedInt();
        string? hash = ReadText(data);
        if (hash is not null && ReadText(data) is { } text)
        {
            _scripts[hash] = text;
        }

        return new FlowRow(name, tags)
        {
            ScriptPath = path,
            ScriptLine = line < 0 ? null : line,
            ScriptHash = hash,
            ScriptText = hash is null ? null : _scripts.GetValueOrDefault(hash),
        };
    }

    private RunStart? ReadStart(BinaryReader data, Guid run)
    {
        switch ((GivenStart)data.ReadByte())
        {
            case GivenStart.Here:
                return _begun[run] = new RunStart
                {
                    Parameters = ReadValue(data),
                    Input = ReadValue(data),
                    Options = ReadValue(data),
                    CrashHook = ReadText(data),
                    GoesOn = data.ReadBoolean(),
                };
            case GivenStart.AsBefore:
                return _begun[run];
            default:
                return null;
        }
    }

    private static EncodedValue ReadValue(BinaryReader data)
    {
        string? text = ReadText(data);
        return new EncodedValue(text, ReadText(data));
    }

    private static string? ReadText(BinaryReader data) => data.ReadBoolean() ? data.ReadString() : null;

    private static Guid ReadId(BinaryReader data) => new(data.ReadBytes(16));

    private static Guid? ReadIdOrNull(BinaryReader data) => data.ReadBoolean() ? ReadId(data) : null;

    private static DateTimeOffset ReadTime(BinaryReader data)
    {
        long ticks = data.ReadInt64();
        return new DateTimeOffset(ticks, TimeSpan.FromMinutes(data.ReadInt16()));
    }

    private static DateTimeOffset? ReadTimeOrNull(BinaryReader data) => data.ReadBoolean() ? ReadTime(data) : null;
}
