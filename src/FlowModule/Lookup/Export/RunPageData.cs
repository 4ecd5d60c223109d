using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Values;

namespace FlowModule.Lookup.Export;

/// <summary>
/// Writes the runs of a page as JSON for its scripts (run-data.js reads it), as short as it can be read: columns are named once, texts that come
/// again stand in one list, and times are milliseconds since the first of the tree.
/// </summary>
internal sealed class RunPageData
{
    // Limited, because there may be thousands of large results. The requested run has a higher limit.
    private const int MostOfEach = 2_000;
    private const int MostOfTop = 20_000;
    private const long TicksOfDigit = TimeSpan.TicksPerMillisecond / 10;

    private static readonly string[] Columns =
        ["id", "parent", "name", "flow", "kind", "created", "start", "end", "states", "input", "given", "parameters", "result", "error", "script", "attempt", "errors", "source"];

    /// <summary>Those of the columns that hold the number of a text.</summary>
    private static readonly string[] Shared = ["flow", "parameters", "error", "script"];

    // For a page: <, > and & are escaped, as are quotes and the ends of lines that JavaScript knows. Letters of all languages stand for themselves.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly Utf8JsonWriter _json;
    private long _base;

    private RunPageData(Utf8JsonWriter json) => _json = json;

    internal static void Write(Stream stream, IEnumerable<IReadOnlyList<FlowRunRecord>> trees, DateTimeOffset now)
    {
        using var json = new Utf8JsonWriter(stream, Options);
        new RunPageData(json).Write(trees, now);
    }

    private void Write(IEnumerable<IReadOnlyList<FlowRunRecord>> trees, DateTimeOffset now)
    {
        _json.WriteStartObject();
        _json.WriteNumber("now", now.ToUnixTimeMilliseconds());
        _json.WriteString("zone", Zone(TimeZoneInfo.Local));
        WriteNames("types", Enum.GetNames<StateType>());
        WriteNames("kinds", Enum.GetNames<RunKind>());
        WriteNames("columns", Columns);
        WriteNames("shared", Shared);
        _json.WriteStartArray("trees");
        foreach (IReadOnlyList<FlowRunRecord> tree in trees)
        {
            WriteTree(tree);
            _json.Flush();
        }

        _json.WriteEndArray();
        WriteNames("texts", _texts.Keys);
        _json.WriteEndObject();
    }

    private void WriteTree(IReadOnlyList<FlowRunRecord> tree)
    {
        _base = tree.Min(run => run.CreatedTime).ToUnixTimeMilliseconds();
        var numbers = new Dictionary<Guid, int>(tree.Count);
        _json.WriteStartObject();
        _json.WriteNumber("base", _base);
        _json.WriteStartArray("runs");
        foreach (FlowRunRecord run in tree)
        {
            WriteRun(run, run.ParentId is { } parent && numbers.TryGetValue(parent, out int number) ? number : null, numbers.Count == 0 ? MostOfTop : MostOfEach);
            numbers[run.Id] = numbers.Count;
        }

        _json.WriteEndArray();
        _json.WriteStartArray("log");
        foreach (FlowLogRecord line in new LogReading(tree[0].History, new LogQuery(tree[0].Id)).Lines().Where(line => !line.IsState && numbers.ContainsKey(line.RunId)))
        {
            _json.WriteStartArray();
            WriteTime(line.Time);
            _json.WriteNumberValue((int)line.Level);
            _json.WriteNumberValue(numbers[line.RunId]);
            _json.WriteStringValue(line.Message);
            _json.WriteEndArray();
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    /// <summary>The values in the order of the columns.</summary>
    private void WriteRun(FlowRunRecord run, int? parent, int most)
    {
        (object? parameters, string? parametersNote) = RunExport.ValueOf(run, RunValue.Parameters);
        (object? input, string? inputNote) = RunExport.ValueOf(run, RunValue.Input);
        (object? result, string? resultNote) = RunExport.ValueOf(run, RunValue.Result);
        string? few = InputText.Of(input, parameters as IDictionary, []);
        string? given = inputNote ?? PowerShellText.Of(input, most);
        string? error = run.Error;
        _json.WriteStartArray();
        _json.WriteStringValue(run.Id);
        WriteNumber(parent);
        _json.WriteStringValue(run.Name);
        WriteText(run.FlowName);
        _json.WriteNumberValue((int)run.Kind);
        WriteTime(run.CreatedTime);
        WriteTime(run.StartTime);
        WriteTime(run.EndTime);
        WriteStates(run);
        _json.WriteStringValue(few);
        _json.WriteStringValue(given == few ? null : given);
        WriteText(parametersNote ?? PowerShellText.Of(parameters, most));
        _json.WriteStringValue(resultNote ?? PowerShellText.Of(result, most));
        WriteText(error);
        WriteText(run.ScriptPath is { } path ? string.Create(CultureInfo.InvariantCulture, $"{path}:{run.ScriptLine}") : null);
        WriteNumber(run.Attempt > 1 ? run.Attempt : null);
        WriteNumber(run.ErrorCount > 0 ? run.ErrorCount : null);
        WriteSource(ScriptExcerpt.Of(run, error));
        _json.WriteEndArray();
    }

    private void WriteStates(FlowRunRecord run)
    {
        FlowStateRecord[] states = run.States;
        _json.WriteStartArray();
        foreach (FlowStateRecord state in states.Length > 0 ? states : [run.State])
        {
            _json.WriteStartArray();
            WriteTime(state.Timestamp);
            _json.WriteNumberValue((int)state.Type);
            string? name = state.Name == Enum.GetName(state.Type) ? null : state.Name;
            if (name is not null || state.Message is not null)
            {
                WriteText(name);
                WriteText(state.Message);
            }

            _json.WriteEndArray();
        }

        _json.WriteEndArray();
    }

    private void WriteSource(ScriptExcerpt? source)
    {
        if (source is null)
        {
            _json.WriteNullValue();
            return;
        }

        _json.WriteStartObject();
        _json.WriteNumber("from", source.From);
        _json.WriteNumber("at", source.At);
        WriteNames("lines", source.Lines);
        _json.WriteEndObject();
    }

    private void WriteText(string? text)
    {
        if (text is null)
        {
            _json.WriteNullValue();
            return;
        }

        if (!_texts.TryGetValue(text, out int number))
        {
            _texts[text] = number = _texts.Count;
        }

        _json.WriteNumberValue(number);
    }

    private void WriteNames(string name, IEnumerable<string> values)
    {
        _json.WriteStartArray(name);
        foreach (string value in values)
        {
            _json.WriteStringValue(value);
        }

        _json.WriteEndArray();
    }

    private void WriteTime(DateTimeOffset? time)
    {
        if (time is { } moment)
        {
            // Down, as texts of times are cut.
            _json.WriteNumberValue(Math.Floor((moment - DateTimeOffset.FromUnixTimeMilliseconds(_base)).Ticks / (decimal)TicksOfDigit) / 10);
        }
        else
        {
            _json.WriteNullValue();
        }
    }

    private void WriteNumber(int? number)
    {
        if (number is { } value)
        {
            _json.WriteNumberValue(value);
        }
        else
        {
            _json.WriteNullValue();
        }
    }

    /// <summary>The IANA name of the zone, for browsers; null if there is none, and the browser's zone is used.</summary>
    private static string? Zone(TimeZoneInfo zone) =>
        zone.HasIanaId ? zone.Id : TimeZoneInfo.TryConvertWindowsIdToIanaId(zone.Id, out string? name) ? name : null;
}
