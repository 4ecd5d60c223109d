using System.Security.Cryptography;
using System.Text.Json;

namespace HelpExamples.Tests;

/// <summary>The scripts in examples do what they say.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("flow-script-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_race_gives_the_answer_of_the_nearest_mirror()
    {
        (int exitCode, string output, _) = await RunAsync("race");

        Assert.Equal(0, exitCode);
        Assert.Matches(@"(?m)^near\.example +200\s*$", output);
        Assert.Contains("'ask-slow.example' finished in state Cancelled", output, StringComparison.Ordinal);
        Assert.Contains("All states completed.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_mapped_subflows_come_in_the_order_of_the_servers()
    {
        (int exitCode, string output, _) = await RunAsync("mapped-subflows", "-Version", "3.1");

        Assert.Equal(0, exitCode);
        Assert.Matches(@"(?s)alpha +8080 +3\.1.*beta +8081 +3\.1.*gamma +8082 +3\.1", output);
    }

    [Fact]
    public async Task Find_duplicates_hashes_every_file_once_and_follows_no_links()
    {
        Dictionary<string, string> expected = MakeTree();
        string list = Path.Combine(_folder, "list.ps1");
        string example = Path.Combine(Repository.Root, "examples", "find-duplicates.ps1");
        await File.WriteAllTextAsync(list, $$"""& '{{example}}' -Path . -All -ThrottleLimit 3 6>$null | ForEach-Object { "$($_.Hash) $($_.Path)" }""");

        (int exitCode, string output, string errors) = await FlowProcess.RunAsync(Path.Combine(_folder, "tree"), list);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(expected.Select(file => $"{file.Value} {file.Key}").Order(StringComparer.Ordinal), output.Trim().Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Find_duplicates_gathers_equal_files()
    {
        MakeTree();
        string list = Path.Combine(_folder, "list.ps1");
        string example = Path.Combine(Repository.Root, "examples", "find-duplicates.ps1");
        await File.WriteAllTextAsync(
            list, $$"""& '{{example}}' -Path . 6>$null | ForEach-Object { "$($_.Count) $($_.Length) $($_.Wasted): $(($_.Path | ForEach-Object { [System.IO.Path]::GetFileName($_) } | Sort-Object) -join ' ')" }""");

        (int exitCode, string output, _) = await FlowProcess.RunAsync(Path.Combine(_folder, "tree"), list);

        Assert.Equal(0, exitCode);
        Assert.Equal("3 9 18: one.txt three [3].txt two.txt\n2 0 0: empty-1 empty-2\n", output);
    }

    [Fact]
    public async Task The_etl_loads_what_can_be_read_and_says_what_was_left_out()
    {
        (int exitCode, string output, string errors) = await RunAsync("etl");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Matches(@"(?m)^ *10 +3 \{sales-east\.json\} +sales\.json\s*$", output);
        Assert.Contains("WARNING: sales-east.json is left out", output, StringComparison.Ordinal);
        Assert.Equal(3, output.Split("Retrying task run 'extract-0'").Length);
        using JsonDocument loaded = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "sales.json")));
        List<JsonElement> rows = [.. loaded.RootElement.EnumerateArray()];
        Assert.Equal(10, rows.Count);
        Assert.Equal(1897.47m, rows.Sum(row => row.GetProperty("Euro").GetDecimal()));
        Assert.Contains(rows, row => row.GetProperty("Product").GetString() == "shelf \"Nonna\"" && row.GetProperty("Region").GetString() == "south");
        Assert.Equal(rows.Select(row => row.GetProperty("Date").GetString()).Order(StringComparer.Ordinal), rows.Select(row => row.GetProperty("Date").GetString()));
        Assert.False(File.Exists(Path.Combine(_folder, "sales.json.before")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_strict_etl_fails_and_takes_back_what_it_loaded(bool wasThere)
    {
        string file = Path.Combine(_folder, "out.json");
        if (wasThere)
        {
            await File.WriteAllTextAsync(file, "before");
        }

        (int exitCode, string output, string errors) = await RunAsync("etl", "-Destination", "out.json", "-Strict");

        Assert.Equal(1, exitCode);
        Assert.Contains("1 of 4 sources could not be read.", errors, StringComparison.Ordinal);
        Assert.Contains("What was loaded into out.json was taken back.", output, StringComparison.Ordinal);
        Assert.Equal(wasThere ? "before" : null, File.Exists(file) ? await File.ReadAllTextAsync(file) : null);
        Assert.False(File.Exists(file + ".before"));
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(string example, params string[] arguments) =>
        FlowProcess.RunAsync(_folder, Path.Combine(Repository.Root, "examples", example + ".ps1"), arguments);

    /// <summary>Creates a small tree and returns the hashes of its files.</summary>
    private Dictionary<string, string> MakeTree()
    {
        string tree = Path.Combine(_folder, "tree");
        Directory.CreateDirectory(Path.Combine(tree, "inner", "most"));
        Directory.CreateDirectory(Path.Combine(tree, "no files"));
        var contents = new Dictionary<string, string>
        {
            ["one.txt"] = "same text",
            ["inner/two.txt"] = "same text",
            ["inner/most/three [3].txt"] = "same text",
            ["inner/other.txt"] = "other text",
            ["empty-1"] = "",
            ["inner/empty-2"] = "",
            [".hidden"] = "hidden",
        };
        var hashes = new Dictionary<string, string>();
        foreach ((string name, string content) in contents)
        {
            string file = Path.Combine(tree, name.Replace('/', Path.DirectorySeparatorChar));
            File.WriteAllText(file, content);
            hashes[file] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
        }

        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(Path.Combine(tree, "link.txt"), Path.Combine(tree, "one.txt"));
            Directory.CreateSymbolicLink(Path.Combine(tree, "inner", "loop"), tree);
        }

        return hashes;
    }
}
