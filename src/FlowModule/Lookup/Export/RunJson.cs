using System.Text.Encodings.Web;
using System.Text.Json;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Lookup.Export;

/// <summary>Writes runs, with the runs inside them, as one JSON document.</summary>
internal static class RunJson
{
    /// <summary>The version of the format, for readers.</summary>
    private const int FormatVersion = 1;

    // For a file, not for an HTML page: escapes only what JSON requires.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static void Write(Stream stream, IEnumerable<FlowRunRecord> runs)
    {
        using var json = new Utf8JsonWriter(stream, Options);
        json.WriteStartObject();
        json.WriteNumber("FormatVersion", FormatVersion);
        json.WriteString("ExportTime", DateTimeOffset.Now);
        json.WriteStartArray("Runs");
        foreach (FlowRunRecord run in runs)
        {
            WriteTree(json, run.History.Tree(run.Id));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Each run is followed by its children: a run that is not deeper than the previous one closes the open ones.</summary>
    private static void WriteTree(Utf8JsonWriter json, IReadOnlyList<FlowRunRecord> tree)
    {
        int open = 0;
        foreach (FlowRunRecord run in tree)
        {
            for (; open > run.Depth; open--)
            {
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteStartObject();
            WriteRun(json, run);
            json.WriteStartArray("Children");
            open++;
        }

        for (; open > 0; open--)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static void WriteRun(Utf8JsonWriter json, FlowRunRecord run)
    {
        json.WriteString("Id", run.Id);
        json.WriteString("Name", run.Name);
        json.WriteString("FlowName", run.FlowName);
        json.WriteString("Kind", run.Kind.ToString());
        json.WritePropertyName("State");
        WriteState(json, run.State);
        json.WriteString("Reason", run.Reason);
        WriteTime(json, "CreatedTime", run.CreatedTime);
        WriteTime(json, "StartTime", run.StartTime);
        WriteTime(json, "EndTime", run.EndTime);
        json.WriteNumber("DurationSeconds", run.Duration.TotalSeconds);
        json.WriteNumber("Attempt", run.Attempt);
        json.WriteNumber("ErrorCount", run.ErrorCount);
        json.WriteStartArray("Tag");
        Array.ForEach(run.Tag, json.WriteStringValue);
        json.WriteEndArray();
        json.WriteString("ScriptPath", run.ScriptPath);
        WriteNumber(json, "ScriptLine", run.ScriptLine);
        json.WriteString("ScriptHash", run.ScriptHash);
        json.WriteString("HostName", run.HostName);
        json.WriteString("ComputerName", run.ComputerName);
        WriteNumber(json, "ProcessId", run.ProcessId);
        json.WriteString("ModuleVersion", run.ModuleVersion);
        WriteValue(json, "Parameters", run, RunValue.Parameters);
        WriteValue(json, "InputObject", run, RunValue.Input);
        WriteValue(json, "Result", run, RunValue.Result);
        json.WriteString("Error", run.Error);
        json.WriteStartArray("States");
        Array.ForEach(run.States, state => WriteState(json, state));
        json.WriteEndArray();
        json.WriteStartArray("Log");
        foreach (FlowLogRecord line in run.History.Lines(new LogQuery(run.Id) { Tree = false }).Where(line => !line.IsState))
        {
            json.WriteStartObject();
            WriteTime(json, "Time", line.Time);
            json.WriteString("Level", line.Level.ToString());
            json.WriteString("Message", line.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteState(Utf8JsonWriter json, FlowStateRecord state)
    {
        json.WriteStartObject();
        json.WriteString("Type", state.Type.ToString());
        json.WriteString("Name", state.Name);
        json.WriteString("Message", state.Message);
        WriteTime(json, "Timestamp", state.Timestamp);
        WriteTime(json, "ScheduledTime", state.ScheduledTime);
        json.WriteEndObject();
    }

    /// <summary>A value; or why it was not kept, under another name.</summary>
    private static void WriteValue(Utf8JsonWriter json, string name, FlowRunRecord run, RunValue value)
    {
        (object? kept, string? note) = RunExport.ValueOf(run, value);
        json.WritePropertyName(name);
        ValueJson.Write(json, kept);
        if (note is not null)
        {
            json.WriteString(name + "Note", note);
        }
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        json.WritePropertyName(name);
        ValueJson.Write(json, time);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? number)
    {
        json.WritePropertyName(name);
        ValueJson.Write(json, number);
    }
}
