using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>A type is as long as one can read at once, and is in one file: what is longer is divided by responsibility.</summary>
public sealed class SizeTests
{
    private const int MostLines = 350;

    // A source generator of .NET writes the other part of these types.
    private static readonly string[] Generators = ["[GeneratedRegex(", "[LibraryImport(", "[JsonSerializable("];

    [Fact]
    public void No_file_is_longer_than_one_can_read_at_once() =>
        Assert.Empty(Sources().Where(static source => LinesOfTypes(source.Text) > MostLines).Select(static source => source.Name).ToArray());

    [Fact]
    public void A_type_is_partial_only_where_its_other_part_is_generated()
    {
        string[] partial = [.. Sources().Where(static source => IsPartial(source.Text) && !Array.Exists(Generators, generator => source.Text.Contains(generator, StringComparison.Ordinal))).Select(static source => source.Name)];

        Assert.Empty(partial);

        // The question can be answered with yes.
        Assert.Contains(Sources(), static source => IsPartial(source.Text));
    }

    private static IEnumerable<(string Name, string Text)> Sources() =>
        from file in Directory.EnumerateFiles(Path.Combine(House.Root, "src"), "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(House.Root, file).Replace('\\', '/')
        where !name.Contains("/obj/", StringComparison.Ordinal) && !name.Contains("/bin/", StringComparison.Ordinal)
        select (name, File.ReadAllText(file));

    /// <summary>The lines from the first type on: what is used, and what is said of the type, do not count.</summary>
    private static int LinesOfTypes(string text) => text.AsSpan(Regex.Match(text, @"^(?:public|internal|file)\s", RegexOptions.Multiline, TimeSpan.FromSeconds(5)).Index).Count('\n');

    private static bool IsPartial(string text) => Regex.IsMatch(text, @"\bpartial\s+(?:class|struct|record|interface)\b", RegexOptions.None, TimeSpan.FromSeconds(5));
}
