using System.Collections;
using System.Data;
using System.Globalization;
using System.Management.Automation;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace FlowModule.Tests.Values;

/// <summary>A value as a text that contains everything about it: its types and its content.</summary>
internal static class ValueShape
{
    internal static string Of(object? value)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        string notes = value is PSObject noted
            ? string.Concat(noted.Properties.Where(property => property is PSNoteProperty && !(bare is FileSystemInfo && property.Name.StartsWith("PS", StringComparison.Ordinal)))
                .Select(property => $" {property.Name}={Of(property.Value)}"))
            : string.Empty;
        return bare switch
        {
            null => "null",
            PSCustomObject => $"{{{string.Join(':', ((PSObject)value!).TypeNames)}{notes}}}",
            System.Net.IPAddress address => $"address({address}){notes}",
            _ => $"{bare.GetType()}({Content(bare)}){notes}",
        };
    }

    private static string Content(object bare) => bare switch
    {
        string text => text,
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("O", CultureInfo.InvariantCulture),
        StringBuilder text => text.ToString(),
        Encoding encoding => $"{encoding.WebName} {encoding.Preamble.Length}",
        Regex regex => $"{regex} {regex.Options} {regex.MatchTimeout}",
        TimeZoneInfo zone => zone.ToSerializedString(),
        FileSystemInfo file => file.FullName,
        XmlNode node => node.OuterXml,
        Type type => type.AssemblyQualifiedName!,
        Array { Rank: > 1 } array => $"{string.Join('x', Enumerable.Range(0, array.Rank).Select(array.GetLength))}: {Items(array)}",
        Array array => $"{array.GetLowerBound(0)}: {Items(array)}",
        DataTable table => $"{table.TableName}: {Items(table.Columns.Cast<DataColumn>().Select(column => $"{column.ColumnName} {column.DataType}"))} "
            + $"by {Items(table.PrimaryKey.Select(column => column.ColumnName))}: {Items(table.Rows.Cast<DataRow>().Select(row => row.ItemArray))}",
        ITuple tuple => Items(Enumerable.Range(0, tuple.Length).Select(index => tuple[index])),
        Memory<byte> memory => Items(memory.ToArray()),
        Hashtable table => $"{FindsInAnyCase(table)}: {string.Join(' ', Entries(table).Order(StringComparer.Ordinal))}",
        IDictionary table => $"{FindsInAnyCase(table)}: {string.Join(' ', Entries(table))}",
        HashSet<string> texts => $"{texts.Comparer.Equals("a", "A")}: {Items(texts)}",
        IEnumerable items => Items(items),
        DictionaryEntry entry => $"{Of(entry.Key)}={Of(entry.Value)}",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => bare.ToString()!,
    };

    private static string Items(IEnumerable items) => string.Join(", ", items.Cast<object?>().Select(Of));

    private static IEnumerable<string> Entries(IDictionary table) => table.Keys.Cast<object>().Select(key => $"{Of(key)}={Of(table[key])}");

    private static bool? FindsInAnyCase(IDictionary table)
    {
        object? comparer = table.GetType().GetProperty("Comparer")?.GetValue(table);
        if (comparer is IEqualityComparer<string> texts)
        {
            return texts.Equals("a", "A");
        }

        if (table is not (Hashtable or System.Collections.Specialized.OrderedDictionary) || table.Keys.Cast<object>().Any(key => key is not string))
        {
            return null;
        }

        string[] keys = [.. table.Keys.Cast<string>()];
        table["any key"] = null;
        bool finds = table.Contains("ANY KEY");
        table.Remove("any key");
        return finds;
    }
}
