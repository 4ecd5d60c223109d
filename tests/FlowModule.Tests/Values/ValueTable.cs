using System.Collections;
using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Data;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Net.Mail;
using System.Net.NetworkInformation;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace FlowModule.Tests.Values;

/// <summary>
/// The values that keep their type when they leave the process: the table of about_Flow_Values as cases. Each way out of the process has a
/// theory over all of them.
/// </summary>
public static class ValueTable
{
    private static readonly Dictionary<string, Func<object>> Cases = new()
    {
        ["bool"] = () => true,
        ["byte"] = () => (byte)1,
        ["sbyte"] = () => (sbyte)-1,
        ["int16"] = () => (short)-2,
        ["uint16"] = () => (ushort)2,
        ["int"] = () => -3,
        ["uint"] = () => 3u,
        ["long"] = () => long.MinValue,
        ["ulong"] = () => ulong.MaxValue,
        ["single"] = () => 1.1f,
        ["double"] = () => 0.1,
        ["no number"] = () => double.NaN,
        ["decimal"] = () => 2.50m,
        ["half"] = () => (Half)1.5,
        ["int128"] = () => Int128.MinValue,
        ["uint128"] = () => UInt128.MaxValue,
        ["big integer"] = () => BigInteger.Pow(7, 90),
        ["complex"] = () => new Complex(1.5, -2),
        ["char"] = () => 'c',
        ["half of a pair"] = () => '\ud800',
        ["text"] = () => "text\0with \ud800 <all>",
        ["empty text"] = () => string.Empty,
        ["string builder"] = () => new StringBuilder("a b"),
        ["guid"] = () => Guid.Parse("8d2c1f0e-6f0e-4b39-9d5a-3f1c7f6a9b42"),
        ["time span"] = () => TimeSpan.FromTicks(-5),
        ["time of utc"] = () => new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(7),
        ["local time"] = () => new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Local),
        ["time of no kind"] = () => new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Unspecified),
        ["time with offset"] = () => new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromMinutes(345)).AddTicks(7),
        ["date"] = () => new DateOnly(2026, 2, 3),
        ["time of day"] = () => new TimeOnly(23, 59, 58, 7),
        ["time zone"] = () => TimeZoneInfo.Utc,
        ["time zone of one's own"] = () => TimeZoneInfo.CreateCustomTimeZone("Mine; own", TimeSpan.FromHours(3), "Mine", "Mine"),
        ["version"] = () => new Version(1, 2, 3),
        ["semantic version"] = () => SemanticVersion.Parse("1.2.3-rc.1+7"),
        ["uri"] = () => new Uri("https://example.org/a b?c=<d>"),
        ["relative uri"] = () => new Uri("a/b", UriKind.Relative),
        ["ip address"] = () => IPAddress.Loopback,
        ["ip address, 6"] = () => IPAddress.Parse("fe80::1%3"),
        ["ip end point"] = () => new IPEndPoint(IPAddress.Parse("10.0.0.1"), 443),
        ["ip network"] = () => IPNetwork.Parse("10.0.0.0/8"),
        ["physical address"] = () => PhysicalAddress.Parse("00-11-22-33-44-55"),
        ["mail address"] = () => new MailAddress("joe@example.org", "Joe, \"J\""),
        ["culture"] = () => CultureInfo.GetCultureInfo("de-DE"),
        ["encoding"] = () => new UTF8Encoding(true),
        ["encoding, 16"] = () => new UnicodeEncoding(true, false),
        ["regex"] = () => new Regex("^a b$", RegexOptions.IgnoreCase | RegexOptions.Multiline, Regex.InfiniteMatchTimeout),
        ["type"] = () => typeof(Dictionary<string, int[]>),
        ["enumeration"] = () => DayOfWeek.Friday,
        ["flags"] = () => FileAttributes.Hidden | FileAttributes.System,
        ["no constant"] = () => (DayOfWeek)42,
        ["enumeration of PowerShell"] = () => ActionPreference.Stop,
        ["enumeration of the module"] = () => StateType.Crashed,
        ["switch"] = () => new SwitchParameter(true),
        ["null of a database"] = () => DBNull.Value,
        ["script block"] = () => ScriptBlock.Create(" param($x) $x + 1 "),
        ["file"] = () => new FileInfo("/tmp/no such folder/a.txt"),
        ["folder"] = () => new DirectoryInfo("/tmp/no such folder"),
        ["xml"] = () => Xml("<a b=\"1\"><c>text</c></a>"),
        ["element of xml"] = () => Xml("<a><c d=\"1\">text</c></a>").DocumentElement!,
        ["linq to xml"] = () => XElement.Parse("<a b=\"1\"> <c/> </a>", LoadOptions.PreserveWhitespace),
        ["document of linq to xml"] = () => XDocument.Parse("<?xml version=\"1.0\" encoding=\"utf-8\"?><a b=\"1\" />"),

        ["bytes"] = () => new byte[] { 1, 2 },
        ["array"] = () => new object?[] { 1, null, "x", Array.Empty<object>(), new object?[] { null } },
        ["empty array"] = () => Array.Empty<object>(),
        ["array of one"] = () => new object[] { 1 },
        ["array of texts"] = () => new[] { "a", null, "b" },
        ["array of numbers"] = () => new[] { 1, 2 },
        ["array of dates"] = () => new[] { new DateOnly(2026, 2, 3) },
        ["array of constants"] = () => new[] { DayOfWeek.Friday },
        ["array of files"] = () => new[] { new FileInfo("/tmp/no such folder/a.txt") },
        ["array of files and folders"] = () => new FileSystemInfo[] { new FileInfo("/tmp/no such folder/a.txt"), new DirectoryInfo("/tmp/no such folder") },
        ["array of numbers or nothing"] = () => new int?[] { 1, null },
        ["array of arrays"] = () => new[] { new[] { 1 }, new[] { 2, 3 } },
        ["array of two dimensions"] = () => new[,] { { 1, 2, 3 }, { 4, 5, 6 } },
        ["array that begins at 1"] = () => Array.CreateInstance(typeof(string), [2], [1]),
        ["array list"] = () => new ArrayList { 1, "a", null },
        ["list"] = () => new List<string> { "a" },
        ["list of dates"] = () => new List<DateOnly> { new(2026, 2, 3) },
        ["list of objects"] = () => new List<object?> { 1, null, new DateOnly(2026, 2, 3) },
        ["set"] = () => new HashSet<int> { 3, 1, 2 },
        ["set in any case"] = () => new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "b", "A" },
        ["sorted set"] = () => new SortedSet<string> { "b", "a" },
        ["queue"] = () => new Queue<int>([1, 2]),
        ["queue of anything"] = () => new Queue(new object[] { 1, "a" }),
        ["stack"] = () => new Stack<int>([1, 2]),
        ["stack of anything"] = () => new Stack(new object[] { 1, "a" }),
        ["linked list"] = () => new LinkedList<int>([1, 2]),
        ["collection"] = () => new Collection<int> { 1, 2 },
        ["observed collection"] = () => new ObservableCollection<string> { "a" },
        ["fixed collection"] = () => new ReadOnlyCollection<int>([1, 2]),
        ["collection of texts"] = () => new StringCollection { "a", "b" },
        ["queue of many threads"] = () => new ConcurrentQueue<int>([1, 2]),
        ["memory"] = () => new Memory<byte>([1, 2]),
        ["segment"] = () => new ArraySegment<int>([1, 2, 3], 1, 1),
        ["table"] = () => new Hashtable(StringComparer.OrdinalIgnoreCase) { ["a"] = 1, ["b"] = null },
        ["table of numbers"] = () => new Hashtable(StringComparer.OrdinalIgnoreCase) { [1] = "a", [new DateOnly(2026, 2, 3)] = "b" },
        ["empty table"] = () => new Hashtable(StringComparer.OrdinalIgnoreCase),
        ["table by case"] = () => new Hashtable { ["a"] = 1, ["A"] = 2 },
        ["table by case with one key"] = () => new Hashtable { ["a"] = 1 },
        ["empty table by case"] = () => new Hashtable(),
        ["ordered"] = () => Fill(new OrderedDictionary(StringComparer.OrdinalIgnoreCase)),
        ["ordered by case"] = () => Fill(new OrderedDictionary()),
        ["sorted list of anything"] = () => new SortedList { ["b"] = 1, ["a"] = 2 },
        ["sorted list of numbers"] = () => new SortedList { [2] = 1, [1] = 2 },
        ["dictionary"] = () => Fill(new Dictionary<string, int>()),
        ["dictionary in any case"] = () => Fill(new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase)),
        ["dictionary of anything"] = () => new Dictionary<object, object?> { [1] = null, ["a"] = new DateOnly(2026, 2, 3) },
        ["dictionary of dates"] = () => new Dictionary<DateOnly, DayOfWeek> { [new DateOnly(2026, 2, 3)] = DayOfWeek.Tuesday },
        ["sorted dictionary"] = () => Fill(new SortedDictionary<string, int>(StringComparer.Ordinal)),
        ["sorted list"] = () => Fill(new SortedList<string, int>()),
        ["dictionary of many threads"] = () => new ConcurrentDictionary<string, int> { ["a"] = 1 },
        ["pair"] = () => KeyValuePair.Create("a", 1),
        ["entry"] = () => new DictionaryEntry("a", 1),
        ["tuple"] = () => Tuple.Create("a", new DateOnly(2026, 2, 3), 1.5),
        ["tuple of values"] = () => ("a", DayOfWeek.Friday),
        ["data table"] = Data,
        ["custom object"] = () => Custom("System.Management.Automation.PSCustomObject"),
        ["custom object of a type"] = () => Custom("My.Type", "My.Base"),
        ["tables in arrays in tables"] = () => new Hashtable(StringComparer.OrdinalIgnoreCase)
        {
            ["a"] = new object[] { Fill(new OrderedDictionary(StringComparer.OrdinalIgnoreCase)), new List<DateOnly> { new(2026, 2, 3) } },
            ["b"] = Custom("System.Management.Automation.PSCustomObject"),
        },
        ["text with properties"] = () => Noted(new PSObject("text")),
        ["date with properties"] = () => Noted(new PSObject(new DateOnly(2026, 2, 3))),
        ["set with properties"] = () => Noted(new PSObject(new HashSet<int> { 1 })),
        ["table with properties"] = () => Noted(new PSObject(new Hashtable(StringComparer.OrdinalIgnoreCase) { ["a"] = 1 })),
        ["45 levels"] = () => Nested(45),
        ["200 levels"] = () => Nested(199),
    };

    internal static IEnumerable<string> All => Cases.Keys;

    /// <summary>The names of all cases.</summary>
    public static TheoryData<string> Names() => [.. Cases.Keys];

    internal static object Of(string name) => Cases[name]();

    internal static object Nested(int levels)
    {
        object nested = "leaf";
        for (int i = 0; i < levels; i++)
        {
            nested = (i % 4) switch
            {
                0 => new Hashtable(StringComparer.OrdinalIgnoreCase) { ["k"] = nested },
                1 => new object[] { nested },
                2 => new Dictionary<string, object> { ["k"] = nested },
                _ => With(new PSObject(), "k", nested),
            };
        }

        return nested;
    }

    private static XmlDocument Xml(string text)
    {
        var document = new XmlDocument();
        document.LoadXml(text);
        return document;
    }

    private static T Fill<T>(T table)
        where T : IDictionary
    {
        foreach (string name in new[] { "zeta", "alpha", "mid", "beta", "one", "x1" })
        {
            table[name] = table.Count;
        }

        return table;
    }

    private static DataTable Data()
    {
        var table = new DataTable("T") { Locale = CultureInfo.InvariantCulture };
        table.Columns.Add("Id", typeof(int));
        table.Columns.Add("When", typeof(DateTimeOffset));
        table.PrimaryKey = [table.Columns["Id"]!];
        table.Rows.Add(1, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        table.Rows.Add(2, DBNull.Value);
        return table;
    }

    private static PSObject Custom(params string[] types)
    {
        var custom = new PSObject();
        if (types is not ["System.Management.Automation.PSCustomObject"])
        {
            custom.TypeNames.Clear();
            Array.ForEach(types, custom.TypeNames.Add);
        }

        With(custom, "Zeta", new DateOnly(2026, 2, 3));
        With(custom, "Alpha", null);
        return With(custom, "List", Array.Empty<object>());
    }

    private static PSObject Noted(PSObject value) => With(With(value, "Line", 5), "When", new DateOnly(2026, 2, 3));

    private static PSObject With(PSObject value, string name, object? property)
    {
        value.Properties.Add(new PSNoteProperty(name, property));
        return value;
    }
}
