using System.Management.Automation;

namespace FlowModule.Wire;

/// <summary>Carries the records of a run's streams.</summary>
internal static class RecordCodec
{
    private enum Stream : byte
    {
        Error,
        Warning,
        Verbose,
        Debug,
        Information,
        Progress,
    }

    /// <summary>Writes a record; false if the object is not a stream record.</summary>
    internal static bool TryWrite(BinaryWriter data, object record, ValueWriter values)
    {
        switch (record)
        {
            case ErrorRecord error:
                data.Write((byte)Stream.Error);
                ErrorCodec.Write(data, error, values);
                return true;
            case WarningRecord warning:
                data.Write((byte)Stream.Warning);
                values.Write(data, warning.FullyQualifiedWarningId);
                values.Write(data, warning.Message);
                return true;
            case VerboseRecord verbose:
                data.Write((byte)Stream.Verbose);
                values.Write(data, verbose.Message);
                return true;
            case DebugRecord debug:
                data.Write((byte)Stream.Debug);
                values.Write(data, debug.Message);
                return true;
            case InformationRecord information:
                data.Write((byte)Stream.Information);
                WriteInformation(data, information, values);
                return true;
            case ProgressRecord progress:
                data.Write((byte)Stream.Progress);
                WriteProgress(data, progress, values);
                return true;
            default:
                return false;
        }
    }

    internal static object Read(BinaryReader data, ValueReader values) => (Stream)data.ReadByte() switch
    {
        Stream.Error => ErrorCodec.Read(data, values),
        Stream.Warning => ReadWarning(values.Read<string?>(data), values.Read<string>(data)),
        Stream.Verbose => new VerboseRecord(values.Read<string>(data)),
        Stream.Debug => new DebugRecord(values.Read<string>(data)),
        Stream.Information => ReadInformation(data, values),
        _ => ReadProgress(data, values),
    };

    private static WarningRecord ReadWarning(string? id, string message) =>
        string.IsNullOrEmpty(id) ? new WarningRecord(message) : new WarningRecord(id, message);

    private static void WriteInformation(BinaryWriter data, InformationRecord record, ValueWriter values)
    {
        object? message = record.MessageData is PSObject wrapped ? wrapped.BaseObject : record.MessageData;
        bool isForHost = message is HostInformationMessage;
        data.Write(isForHost);
        if (message is HostInformationMessage line)
        {
            values.Write(data, line.Message);
            values.Write(data, line.NoNewLine);
            values.Write(data, line.ForegroundColor);
            values.Write(data, line.BackgroundColor);
        }
        else
        {
            values.Write(data, record.MessageData);
        }

        values.Write(data, record.Source);
        values.Write(data, record.TimeGenerated);

        // Its user and computer are those of this process too.
        data.Write(record.ProcessId);
        data.Write(record.NativeThreadId);
        data.Write(record.ManagedThreadId);
        data.Write7BitEncodedInt(record.Tags.Count);
        record.Tags.ForEach(data.Write);
    }

    private static InformationRecord ReadInformation(BinaryReader data, ValueReader values)
    {
        object? message = data.ReadBoolean() ? ReadLine(data, values) : values.Read(data);
        var record = new InformationRecord(message, values.Read<string?>(data))
        {
            TimeGenerated = values.Read<DateTime>(data),
            ProcessId = data.ReadUInt32(),
            NativeThreadId = data.ReadUInt32(),
            ManagedThreadId = data.ReadUInt32(),
        };
        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            record.Tags.Add(data.ReadString());
        }

        return record;
    }

    private static HostInformationMessage ReadLine(BinaryReader data, ValueReader values) => new()
    {
        Message = values.Read<string?>(data),
        NoNewLine = values.Read<bool?>(data),
        ForegroundColor = values.Read<ConsoleColor?>(data),
        BackgroundColor = values.Read<ConsoleColor?>(data),
    };

    private static void WriteProgress(BinaryWriter data, ProgressRecord record, ValueWriter values)
    {
        data.Write(record.ActivityId);
        data.Write(record.ParentActivityId);
        values.Write(data, record.Activity);
        values.Write(data, record.StatusDescription);
        values.Write(data, record.CurrentOperation);
        data.Write(record.PercentComplete);
        data.Write(record.SecondsRemaining);
        data.Write((byte)record.RecordType);
    }

    private static ProgressRecord ReadProgress(BinaryReader data, ValueReader values)
    {
        int id = data.ReadInt32();
        int parent = data.ReadInt32();
        return new ProgressRecord(id, values.Read<string>(data), values.Read<string>(data))
        {
            ParentActivityId = parent,
            CurrentOperation = values.Read<string?>(data),
            PercentComplete = data.ReadInt32(),
            SecondsRemaining = data.ReadInt32(),
            RecordType = (ProgressRecordType)data.ReadByte(),
        };
    }
}
