using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using FlowModule.Serialization;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Tests.History;

/// <summary>The stored form of a value restores the same value as PSSerializer's own form.</summary>
public class ValueProperties
{
    private const int Deep = 40;

    // Without the two characters that PSSerializer cannot write.
    private static readonly Gen<string> Texts = Gen.Frequency(
        (4, Gen.Elements("", "a", "plain text", "_x000A_", "_x", "_", "__X", "<a href=\"b\">'&amp;'</a>", "]]>", "tab\tline\r\nend", " spaced ", "\u0000\u0007\u001f", "\u007f\u0085\u009f", "\ud83d\ude00", "\ud800 half", "\udc00", "\u00e9\u4e2d")),
        (2, from letters in Gen.Choose(0, 0xFFFF).ArrayOf() select string.Concat(letters.Where(code => code < 0xFFFE).Select(code => (char)code))));

    private static readonly Gen<object?> Simple = Gen.OneOf(
        Gen.Constant<object?>(null),
        Texts.Select(text => (object?)text),
        ArbMap.Default.GeneratorFor<int>().Select(value => (object?)value),
        ArbMap.Default.GeneratorFor<long>().Select(value => (object?)value),
        ArbMap.Default.GeneratorFor<double>().Select(value => (object?)value),
        ArbMap.Default.GeneratorFor<decimal>().Select(value => (object?)value),
        ArbMap.Default.GeneratorFor<bool>().Select(value => (object?)value),
        ArbMap.Default.GeneratorFor<byte[]>().Select(value => (object?)value),
        ArbMap.Default.GeneratorFor<Guid>().Select(value => (object?)value),
        ArbMap.Default.GeneratorFor<char>().Select(value => (object?)value),
        Gen.Elements<object?>(
            (byte)255, (sbyte)-1, (short)-2, (ushort)2, 3u, ulong.MaxValue, 1.5f, float.NaN, double.NegativeInfinity, double.Epsilon, TimeSpan.MinValue, TimeSpan.FromTicks(5),
            new Version(1, 2, 3), new Uri("https://example.org/a b?c=<d>"), DateTime.MinValue, DateTime.MaxValue,
            new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Local).AddTicks(7)));

    private static readonly Gen<string> Names = Texts.Where(text => text.Length > 0);

    private static Gen<object?> Values(int depth) => depth == 0 ? Simple : Gen.Frequency(
        (4, Simple),
        (2, Values(depth - 1).ArrayOf().Select(items => (object?)items)),
        (1, Values(depth - 1).ArrayOf().Select(items => (object?)new ArrayList(items))),
        (1, Values(depth - 1).ArrayOf().Select(items => (object?)new List<object?>(items))),
        (1, Texts.ArrayOf().Select(items => (object?)items)),
        (1, ArbMap.Default.GeneratorFor<int[]>().Select(items => (object?)items)),
        (2, Entries(depth).Select(entries => (object?)Fill(new Hashtable(StringComparer.OrdinalIgnoreCase), entries))),
        (2, Entries(depth).Select(entries => (object?)Fill(new OrderedDictionary(StringComparer.OrdinalIgnoreCase), entries))),
        (2, Entries(depth).Select(entries => (object?)Custom(entries))),
        (1, from text in Texts from entries in Entries(depth) select (object?)Decorated("t" + text, entries)));

    private static Gen<(string Name, object? Value)[]> Entries(int depth) =>
        (from name in Names from value in Values(depth - 1) select (name, value)).ArrayOf().Select(entries => entries.DistinctBy(entry => entry.name.ToUpperInvariant()).ToArray());

    private static IDictionary Fill(IDictionary table, (string Name, object? Value)[] entries)
    {
        foreach ((string name, object? value) in entries)
        {
            table[name] = value;
        }

        return table;
    }

    private static PSObject Custom((string Name, object? Value)[] entries) => Decorated(new PSObject(), entries);

    private static PSObject Decorated(object of, (string Name, object? Value)[] entries)
    {
        PSObject made = of as PSObject ?? new PSObject(of);
        foreach ((string name, object? value) in entries)
        {
            made.Properties.Add(new PSNoteProperty(name, value));
        }

        return made;
    }

    [Property(MaxTest = 500)]
    public Property Plain_data_comes_back_as_through_PSSerializer() => Prop.ForAll(Values(4).ToArbitrary(), value =>
    {
        string kept = HistoryXml.Write(value, hasSession: false);

        Assert.Equal(Shape(PSSerializer.Deserialize(PSSerializer.Serialize(value, Deep))), Shape(PSSerializer.Deserialize(kept)));
        Assert.DoesNotContain('\n', kept);
    });

    [Theory]
    [InlineData("\u03f4")]
    [InlineData("\u2126")]
    [InlineData("\u0131")]
    public void A_key_whose_other_case_is_another_key_does_not_make_a_table_distinguish_cases(string key)
    {
        var table = new OrderedDictionary(StringComparer.OrdinalIgnoreCase) { [key] = 1 };

        Assert.Equal(Shape(PSSerializer.Deserialize(PSSerializer.Serialize(table, Deep))), Shape(PSSerializer.Deserialize(HistoryXml.Write(table, hasSession: false))));
    }

    [Property(MaxTest = 300)]
    public Property Escaping_is_undone_by_reading(char[] letters) => Prop.ToProperty(
        (string)PSSerializer.Deserialize(HistoryXml.Write(new string(letters), hasSession: false)) == new string(letters));

    /// <summary>A value as a text that contains everything about it: its types and its content.</summary>
    internal static string Shape(object? value)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        string notes = value is PSObject { Properties: var properties }
            ? string.Join(", ", properties.Where(property => property.MemberType is PSMemberTypes.NoteProperty or PSMemberTypes.Property && (bare is PSCustomObject || property is PSNoteProperty)).Select(property => $"{property.Name}={Shape(property.Value)}"))
            : string.Empty;

        // The wrapper of a plain value has no meaning.
        string types = value is PSObject typed && typed.TypeNames[0] != bare!.GetType().ToString() ? string.Join('/', typed.TypeNames) : bare?.GetType().ToString() ?? "null";
        string inside = bare switch
        {
            null => "",
            string text => $"'{text}'",
            byte[] bytes => Convert.ToHexString(bytes),
            IDictionary table => string.Join("; ", table.Keys.Cast<object>().OrderBy(key => key.ToString(), StringComparer.Ordinal).Select(key => $"{key}: {Shape(table[key])}")),
            IEnumerable items => string.Join("; ", items.Cast<object?>().Select(Shape)),
            PSCustomObject => "",
            DateTime time => time.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => bare.ToString()!,
        };
        return $"[{types}]({inside})<{notes}>";
    }
}
