using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;
using FlowModule.Engine.Texts;

namespace FlowModule.Values;

/// <summary>The input of a run in a few words: in a table of failures, it distinguishes the runs of one flow.</summary>
internal static partial class InputText
{
    private const int Most = 48;

    /// <summary>The piped object, or else the parameters that are not secret. Null if there is nothing short to show.</summary>
    internal static string? Of(object? input, IDictionary? parameters, IReadOnlyList<string> secrets)
    {
        string? text = Describe(input) ?? (parameters is null ? null : Entries(
            parameters.Cast<DictionaryEntry>().Where(entry => !secrets.Contains(entry.Key.ToString(), StringComparer.OrdinalIgnoreCase)).Select(entry => (entry.Key.ToString(), entry.Value))));
        return text is null ? null : Cut(VisibleText.OfName(Blanks().Replace(text, " ")));
    }

    private static string? Describe(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => null,
        IDictionary entries => Entries(entries.Cast<DictionaryEntry>().Select(entry => (entry.Key.ToString(), (object?)entry.Value))),
        PSCustomObject => Entries(PSObject.AsPSObject(value).Properties.OfType<PSNoteProperty>().Select(property => ((string?)property.Name, (object?)property.Value))),
        var bare => Plain(bare),
    };

    private static string? Entries(IEnumerable<(string? Name, object? Value)> entries)
    {
        string[] described = [.. entries.Select(entry => (entry.Name, Text: Plain(entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value)))
            .Where(entry => entry.Text is not null).Select(entry => $"{entry.Name}={entry.Text}")];
        return described.Length == 0 ? null : string.Join("; ", described);
    }

    // Other objects may execute arbitrary code in ToString, and most return only the name of their type.
    private static string? Plain(object? value) => value switch
    {
        string text => text,
        FileSystemInfo file => file.FullName,
        Uri or Version or System.Net.IPAddress or Enum => value.ToString(),
        IFormattable plain when plain.GetType().Assembly == typeof(object).Assembly => plain.ToString(null, CultureInfo.InvariantCulture),
        bool truth => truth ? "True" : "False",
        _ => null,
    };

    /// <summary>The beginning and the end, because addresses and paths often differ at the end.</summary>
    private static string Cut(string text) => text.Length <= Most ? text : $"{text[..(Most / 3)]}…{text[^((2 * Most / 3) - 1)..]}";

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Blanks();
}
