using System.Buffers;
using System.Globalization;
using System.Management.Automation;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using FlowModule.Engine.Runs;
using FlowModule.Streams;

namespace FlowModule.FlowHost.Terminal;

/// <summary>A log of one JSON object per line. The names of its fields are documented (about_Flow_Unattended): they stay as they are.</summary>
/// <param name="stream">Where the lines go.</param>
internal sealed class JsonLog(Stream stream)
{
    // Letters of all languages stand for themselves; control characters and all ends of lines that some readers know do not.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _line = new(512);

    /// <summary>Writes one line.</summary>
    /// <param name="facts">What it is about.</param>
    /// <param name="message">Its text, without secrets.</param>
    /// <param name="error">The error that it tells of, or null.</param>
    internal void Write(LineFacts facts, string message, ErrorRecord? error = null)
    {
        lock (_gate)
        {
            _line.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(_line, Options))
            {
                json.WriteStartObject();
                json.WriteString("timestamp", Utc(facts.Time ?? DateTimeOffset.UtcNow));
                json.WriteString("level", facts.Level.ToString());
                json.WriteString("message", message);
                if (facts.Run is { } run)
                {
                    Write(json, run);
                }

                WriteText(json, "state", facts.State);
                WriteText(json, "schedule", facts.Schedule ?? facts.Run?.Root().Instance?.Name);
                WriteText(json, "scheduledTime", (facts.ScheduledTime ?? facts.Run?.ScheduledTime) is { } time ? Utc(time) : null);
                if (error is not null)
                {
                    Write(json, error);
                }

                json.WriteEndObject();
            }

            _line.Write("\n"u8);
            stream.Write(_line.WrittenSpan);
            stream.Flush();
        }
    }

    private static void Write(Utf8JsonWriter json, FlowRun run)
    {
        json.WriteString("flow", run.FlowRunOf().FlowName);
        WriteText(json, "task", run.Kind == RunKind.Task ? run.FlowName : null);
        json.WriteString("run", run.Name);
        json.WriteString("runId", run.Id);
        WriteText(json, "parent", run.Around?.Name);
        WriteText(json, "parentId", run.Around?.Id.ToString());
    }

    private static void Write(Utf8JsonWriter json, ErrorRecord error)
    {
        json.WriteString("errorId", error.FullyQualifiedErrorId);
        if (error.InvocationInfo is { ScriptName: { Length: > 0 } script } place)
        {
            json.WriteString("script", script);
            json.WriteNumber("line", place.ScriptLineNumber);
        }
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
