using System.Collections;
using System.Management.Automation;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Lookup.Export;

namespace FlowModule.Dashboard.Reading;

/// <summary>Values of runs as text for people.</summary>
internal static class ValueTexts
{
    private const int Longest = 200_000;

    // The page escapes the text anyway.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static ValueRow Of(RunHistory history, Guid id, RunValue which)
    {
        (string? text, string? note) = history.Read(store => store.Value(id, which));
        if (text is null || which == RunValue.Error)
        {
            return new ValueRow(Cut(text ?? (which == RunValue.Error ? note : null)), which == RunValue.Error ? null : note);
        }

        try
        {
            object? value = history.Values.Decode(text);
            return new ValueRow(Cut(which == RunValue.Parameters && Bare(value) is IDictionary table ? Lines(table) : Show(value)), note);
        }
        catch (FormatException exception)
        {
            return new ValueRow(null, exception.Message);
        }
    }

    private static string Lines(IDictionary table) => string.Join("\n", table.Cast<DictionaryEntry>().Select(static entry => $"{entry.Key} = {Show(entry.Value)}"));

    private static string? Show(object? value) => Bare(value) switch
    {
        null => "$null",
        string text => text,
        IList list when list.Cast<object?>().All(static item => Bare(item) is string or (IFormattable and not PSObject)) => string.Join("\n", list.Cast<object?>().Select(Show)),
        IFormattable and not PSObject => LanguagePrimitives.ConvertTo<string>(value),
        _ => Json(value),
    };

    private static string Json(object? value)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            ValueJson.Write(json, value);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    private static object? Bare(object? value) => value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value;

    private static string? Cut(string? text) => text?.Length > Longest ? string.Concat(text.AsSpan(0, Longest), "\n… Get-FlowRun shows the rest.") : text;
}
