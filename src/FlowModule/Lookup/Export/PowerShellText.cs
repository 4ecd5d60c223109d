using System.Collections;
using System.Data;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using FlowModule.Engine.Texts;
using FlowModule.Serialization;
using FlowModule.Values;

namespace FlowModule.Lookup.Export;

/// <summary>
/// Values as people read them, in PowerShell's own words: a line for each item, or for each name with its value, and inside of these as a script has
/// it: <c>@{ Port = 5432; Names = @('a', 'b') }</c>.
/// </summary>
internal static class PowerShellText
{
    private const int Deepest = 6;
    private const string TooDeep = "…";

    /// <param name="value">A value from the history, or null.</param>
    /// <param name="most">The number of characters that is enough.</param>
    internal static string? Of(object? value, int most = int.MaxValue)
    {
        object? bare = Bare(value);
        string? text = bare is null ? null
            : StandIn(value) ?? Plain(bare)
            ?? (Entries(value, bare) is { } entries ? string.Join('\n', entries.Select(entry => $"{entry.Name} = {Inside(entry.Value)}")) : string.Join('\n', Items(bare)!.Select(Inside)));
        return text is null ? null : Cut(VisibleText.OfMessage(text), most);
    }

    private static string Cut(string text, int most) => text.Length <= most
        ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, most)}\n… and {text.Length - most:N0} more characters");

    /// <summary>A value beside a name: texts stand for themselves.</summary>
    private static string Inside(object? value) => StandIn(value) ?? (Bare(value) is { } bare ? Plain(bare) : null) ?? Literal(value, depth: 1);

    private static string Literal(object? value, int depth)
    {
        object? bare = Bare(value);
        if (bare is null or DBNull)
        {
            return "$null";
        }

        if (StandIn(value) is { } other)
        {
            return other;
        }

        if (Plain(bare) is { } plain)
        {
            return bare is bool or sbyte or byte or short or ushort or int or uint or long or ulong or decimal or double or float or ScriptBlock or byte[] ? plain : Quoted(plain);
        }

        if (depth >= Deepest)
        {
            return TooDeep;
        }

        if (Entries(value, bare) is { } entries)
        {
            var text = new StringBuilder(bare is IDictionary ? "@{" : "[pscustomobject]@{");
            text.AppendJoin(';', entries.Select(entry => $" {NameOf(entry.Name)} = {Literal(entry.Value, depth + 1)}"));
            return text.Append(" }").ToString();
        }

        return $"@({string.Join(", ", Items(bare)!.Select(item => Literal(item, depth + 1)))})";
    }

    /// <summary>The text of a simple value; null for a composite one.</summary>
    private static string? Plain(object bare) => bare switch
    {
        string text => text,
        bool truth => truth ? "$true" : "$false",
        byte[] bytes => string.Create(CultureInfo.InvariantCulture, $"[{bytes.Length:N0} bytes]"),
        ScriptBlock block => $"{{{block}}}",
        DateTime or DateTimeOffset => ((IFormattable)bare).ToString("yyyy-MM-dd HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        char or Guid or Uri or Version or TimeSpan or Enum or sbyte or byte or short or ushort or int or uint or long or ulong or decimal or double or float =>
            Convert.ToString(bare, CultureInfo.InvariantCulture),
        _ => TextTypes.TryWrite(bare, out _, out string text) ? text : null,
    };

    /// <summary>The names and values of a table, a row or an object; null of a sequence.</summary>
    private static IEnumerable<(string Name, object? Value)>? Entries(object? value, object bare) => bare switch
    {
        IDictionary table => table.Cast<DictionaryEntry>().Select(static entry => (LanguagePrimitives.ConvertTo<string>(entry.Key), entry.Value)),
        DataRow row => row.Table.Columns.Cast<DataColumn>().Select(column => (column.ColumnName, (object?)row[column])),
        _ => Items(bare) is not null ? null : PSObject.AsPSObject(value).Properties.OfType<PSPropertyInfo>().Select(static property => (property.Name, (object?)property.Value)),
    };

    private static IEnumerable<object?>? Items(object bare) =>
        (bare is DataTable data ? data.Rows : bare as IEnumerable ?? ContainerShape.Of(bare)?.Items(bare))?.Cast<object?>();

    /// <summary>The text of a placeholder: for a secret or another value that was not stored, or for the state of a run.</summary>
    private static string? StandIn(object? value)
    {
        if (HistorySecret.Is(value))
        {
            return HistorySecret.NoteOf(value) ?? "(secret)";
        }

        if (value is not PSObject state || !HistoryStates.Is(state))
        {
            return null;
        }

        object? message = state.Properties["Message"]?.Value;
        return $"{state.Properties["RunName"]?.Value} ({state.Properties["FlowName"]?.Value}): {state.Properties["State"]?.Value}{(message is null ? null : $", {message}")}";
    }

    private static string NameOf(string name) => name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') && name.Length > 0 ? name : Quoted(name);

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
