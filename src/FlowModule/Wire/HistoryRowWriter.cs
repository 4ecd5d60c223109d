using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Wire;

/// <summary>
/// Writes rows of a history for another process. What the other side has been sent before is not sent again: the text of a script, and what a run that goes on was
/// given. So each connection needs one of its own, and so does <see cref="HistoryRowReader"/>.
/// </summary>
internal sealed class HistoryRowWriter
{
    private readonly HashSet<string> _scripts = new(StringComparer.Ordinal);
    private readonly HashSet<Guid> _begun = [];

    internal void Write(BinaryWriter data, HistoryBatch batch)
    {
        data.Write7BitEncodedInt(batch.Changes.Count);
        foreach (RunChange change in batch.Changes)
        {
            Write(data, change);
        }

        data.Write7BitEncodedInt(batch.Lines.Count);
        foreach (LogRow line in batch.Lines)
        {
            Write(data, line.RunId);
            Write(data, line.Time);
            data.Write((byte)line.Level);
            data.Write(line.Message);
        }
    }

    private void Write(BinaryWriter data, RunChange change)
    {
        Write(data, change.Run);
        ref readonly StateRow state = ref change.State;
        data.Write7BitEncodedInt(state.Number);
        data.Write((byte)state.Type);
        Write(data, state.Name);
        Write(data, state.Message);
        Write(data, state.Time);
        Write(data, state.Due);
        WriteStart(data, change);
        data.Write(change.IsOver);
        Write(data, change.StartTime);
        data.Write7BitEncodedInt(change.Attempt);
        data.Write7BitEncodedInt(change.ErrorCount);
        Write(data, change.HostName);
        Write(data, change.Result);
        Write(data, change.Error);
        Write(data, change.ErrorDetails);
    }

    private void Write(BinaryWriter data, RunRow run)
    {
        Write(data, run.Id);
        Write(data, run.ParentId);
        Write(data, run.RootId);
        data.Write((byte)run.Kind);
        data.Write(run.Name);
        WriteFlow(data, run.Flow);
        Write(data, run.CreatedTime);
        data.Write7BitEncodedInt(run.Key?.Length ?? -1);
        data.Write(run.Key ?? []);
        Write(data, run.RestartOf);
        Write(data, run.Schedule);
        Write(data, run.ScheduledTime);
    }

    private void WriteFlow(BinaryWriter data, FlowRow flow)
    {
        data.Write(flow.Name);
        data.Write7BitEncodedInt(flow.Tags.Count);
        foreach (string tag in flow.Tags)
        {
            data.Write(tag);
        }

        Write(data, flow.ScriptPath);
        data.Write7BitEncodedInt(flow.ScriptLine ?? -1);
        Write(data, flow.ScriptHash);
        if (flow.ScriptHash is { } hash)
        {
            Write(data, _scripts.Add(hash) ? flow.ScriptText : null);
        }
    }

    private void WriteStart(BinaryWriter data, RunChange change)
    {
        bool isKnown = change.IsOver ? _begun.Remove(change.RunId) : change.Start is not null && !_begun.Add(change.RunId);
        data.Write((byte)(change.Start is null ? GivenStart.None : isKnown ? GivenStart.AsBefore : GivenStart.Here));
        if (change.Start is { } start && !isKnown)
        {
            Write(data, start.Parameters);
            Write(data, start.Input);
            Write(data, start.Options);
            Write(data, start.CrashHook);
            data.Write(start.GoesOn);
        }
    }

    private static void Write(BinaryWriter data, EncodedValue value)
    {
        Write(data, value.Text);
        Write(data, value.Note);
    }

    private static void Write(BinaryWriter data, string? text)
    {
        data.Write(text is not null);
        if (text is not null)
        {
            data.Write(text);
        }
    }

    private static void Write(BinaryWriter data, Guid id) => data.Write(id.ToByteArray());

    private static void Write(BinaryWriter data, Guid? id)
    {
        data.Write(id is not null);
        if (id is { } known)
        {
            Write(data, known);
        }
    }

    private static void Write(BinaryWriter data, DateTimeOffset time)
    {
        data.Write(time.Ticks);
        data.Write((short)time.Offset.TotalMinutes);
    }

    private static void Write(BinaryWriter data, DateTimeOffset? time)
    {
        data.Write(time is not null);
        if (time is { } known)
        {
            Write(data, known);
        }
    }
}

/// <summary>Whether a change says what its run was given.</summary>
internal enum GivenStart : byte
{
    /// <summary>It does not say.</summary>
    None,

    /// <summary>It follows.</summary>
    Here,

    /// <summary>The same as the run's last change.</summary>
    AsBefore,
}
