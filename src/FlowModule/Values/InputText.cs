using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace FlowModule.Values;

/// <summary>What a run was started for, in a few words: in a table of failures it tells a run from the others of its flow.</summary>
internal static partial class InputText
{
    private const int Most = 48;

    /// <summary>The piped object; without one, the parameters that are not secret. Null when there is nothing that a few words can say.</summary>
    internal static string? Of(object? input, IDictionary? parameters, IReadOnlyList<string> secrets)
    {
        string? text = Describe(input) ?? (parameters is null ? null : Entries(
            parameters.Cast<DictionaryEntry>().Where(entry => !secrets.Contains(entry.Key.ToString(), StringComparer.OrdinalIgnoreCase)).Select(entry => (entry.Key.ToString(), entry.Value))));
        return text is null ? null : Cut(Blanks().Replace(text, " "));
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

    // Objects of other types may do anything when they are asked for their text, and most just give the name of their type.
    private static string? Plain(object? value) => value switch
    {
        string text => text,
        FileSystemInfo file => file.FullName,
        Uri or Version or System.Net.IPAddress or Enum => value.ToString(),
        IFormattable plain when plain.GetType().Assembly == typeof(object).Assembly => plain.ToString(null, CultureInfo.InvariantCulture),
        bool truth => truth ? "True" : "False",
        _ => null,
    };

    /// <summary>Beginning and end: what tells addresses and paths apart is often at the end.</summary>
    private static string Cut(string text) => text.Length <= Most ? text : $"{text[..(Most / 3)]}…{text[^((2 * Most / 3) - 1)..]}";

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();
}
