using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>When ConvertTo-Csv and Export-Csv put a field in quotes.</summary>
internal enum CsvQuotes
{
    Never,
    Always,
    AsNeeded,
}

/// <summary>The rules of comma-separated values, both ways.</summary>
internal sealed class CsvFormat(char delimiter, CsvQuotes quotes = CsvQuotes.Always)
{
    private readonly char[] _special = [delimiter, '"', '\n', '\r'];

    /// <summary>The character that lists are separated by in the current culture.</summary>
    public static char CultureDelimiter => CultureInfo.CurrentCulture.TextInfo.ListSeparator[0];

    public string Join(IEnumerable<string?> fields) => string.Join(delimiter, fields.Select(Quote));

    /// <summary>The values of <paramref name="item"/> under <paramref name="columns"/>.</summary>
    public string Row(PSObject item, IEnumerable<string> columns) => Join(columns.Select(column => Value(item, column)));

    public static IReadOnlyList<string> ColumnsOf(PSObject item) =>
        item.BaseObject is System.Collections.IDictionary table
            ? [.. table.Keys.Cast<object>().Select(key => LanguagePrimitives.ConvertTo<string>(key))]
            : [.. item.Properties.Where(property => property.IsGettable).Select(property => property.Name)];

    /// <summary>Splits text into records; a field in quotes may hold delimiters, line breaks and doubled quotes.</summary>
    public IEnumerable<List<string>> Read(TextReader reader)
    {
        List<string> record = [];
        StringBuilder field = new();
        bool inQuotes = false;
        bool started = false;
        for (int next = reader.Read(); next >= 0; next = reader.Read())
        {
            char c = (char)next;
            if (inQuotes)
            {
                if (c != '"')
                {
                    field.Append(c);
                }
                else if (reader.Peek() == '"')
                {
                    field.Append((char)reader.Read());
                }
                else
                {
                    inQuotes = false;
                }
            }
            else if (c == '"' && field.Length == 0)
            {
                inQuotes = true;
                started = true;
            }
            else if (c == delimiter)
            {
                record.Add(field.ToString());
                field.Clear();
                started = true;
            }
            else if (c is '\n' or '\r')
            {
                if (c == '\r' && reader.Peek() == '\n')
                {
                    _ = reader.Read();
                }

                if (started || field.Length > 0)
                {
                    record.Add(field.ToString());
                    yield return record;
                    record = [];
                }

                field.Clear();
                started = false;
            }
            else
            {
                field.Append(c);
            }
        }

        if (started || field.Length > 0)
        {
            record.Add(field.ToString());
            yield return record;
        }
    }

    /// <summary>Makes objects of records: the first one names the properties, unless <paramref name="header"/> does.</summary>
    public IEnumerable<PSObject> ReadObjects(TextReader reader, string[]? header)
    {
        foreach (List<string> record in Read(reader))
        {
            if (header is null)
            {
                // A first line that tells the objects' type was written by Windows PowerShell.
                if (!record[0].StartsWith("#TYPE ", StringComparison.Ordinal))
                {
                    header = [.. record.Select((name, i) => name.Length > 0 ? name : $"H{i + 1}")];
                }

                continue;
            }

            PSObject result = new();
            for (int i = 0; i < header.Length; i++)
            {
                result.Properties.Add(new PSNoteProperty(header[i], i < record.Count ? record[i] : null));
            }

            yield return result;
        }
    }

    private static string? Value(PSObject item, string column)
    {
        object? value = item.BaseObject is System.Collections.IDictionary table ? table[column] : item.Properties[column]?.Value;

        // As pwsh: in the current culture, as a person would type it; a collection by its type's name.
        return value switch
        {
            null => null,
            PSObject wrapped => wrapped.ToString(format: null, CultureInfo.CurrentCulture),
            IFormattable formattable => formattable.ToString(format: null, CultureInfo.CurrentCulture),
            _ => value.ToString(),
        };
    }

    private string Quote(string? field) => field switch
    {
        null => string.Empty,
        _ when quotes == CsvQuotes.Never || (quotes == CsvQuotes.AsNeeded && field.IndexOfAny(_special) < 0) => field,
        _ => $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
    };
}
