using System.Text.RegularExpressions;

namespace HelpExamples.Tests;

/// <summary>Every example in the pages of cmdlets runs, and writes the output that the page shows.</summary>
public sealed class CmdletExampleTests(ExampleHost host) : IClassFixture<ExampleHost>
{
    public static TheoryData<string, int> Examples() => ExampleCheck.Of(Repository.CmdletPages());

    [Theory]
    [MemberData(nameof(Examples))]
    public Task An_example_gives_what_its_page_shows(string page, int line) => ExampleCheck.RunAsync(host, page, line);

    [Fact]
    public void Every_page_of_a_cmdlet_has_examples_that_show_their_output()
    {
        foreach (string page in Repository.CmdletPages())
        {
            Assert.Contains(Example.Of(page), example => example.Output.Count > 0);
        }
    }
}

/// <summary>The same for the README and the topics of the help, in parallel in a separate process.</summary>
public sealed class TopicExampleTests(ExampleHost host) : IClassFixture<ExampleHost>
{
    public static TheoryData<string, int> Examples() => ExampleCheck.Of(Repository.Pages().Except(Repository.CmdletPages()));

    [Theory]
    [MemberData(nameof(Examples))]
    public Task An_example_gives_what_its_page_shows(string page, int line) => ExampleCheck.RunAsync(host, page, line);
}

/// <summary>The blocks of the tutorial build on each other.</summary>
public sealed class TutorialTests(ExampleHost host) : IClassFixture<ExampleHost>
{
    [Fact]
    public async Task The_tutorial_works_from_its_first_block_to_its_last()
    {
        string folder = Directory.CreateTempSubdirectory("flow-tutorial-").FullName;
        try
        {
            string home = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
            foreach (Example example in Example.Of("docs/tutorial.md"))
            {
                await ExampleCheck.RunAsync(host, example, folder, home);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

internal static class ExampleCheck
{
    internal static TheoryData<string, int> Of(IEnumerable<string> pages)
    {
        var data = new TheoryData<string, int>();
        foreach (Example example in pages.SelectMany(Example.Of))
        {
            data.Add(example.Page, example.Line);
        }

        return data;
    }

    internal static async Task RunAsync(ExampleHost host, string page, int line)
    {
        Example example = Example.Of(page).First(candidate => candidate.Line == line);
        string folder = Directory.CreateTempSubdirectory("flow-example-").FullName;
        try
        {
            await RunAsync(host, example, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs an example in a folder.</summary>
    internal static async Task RunAsync(ExampleHost host, Example example, string folder, string? home = null)
    {
        string script = Path.Combine(folder, "example.ps1");
        await File.WriteAllTextAsync(script, example.Code + "\n");
        (int exitCode, string output, string errors) = await host.RunAsync(folder, script, home);
        output += errors;

        Assert.True(exitCode == example.ExitCode, $"{example.Page}:{example.Line} exited with {exitCode}, not {example.ExitCode}. Its output:\n{output}");
        string? missing = FirstMissing(example, output.Split('\n'));
        Assert.True(missing is null, $"{example.Page}:{example.Line} shows this line, which its output lacks there:\n{missing}\nIts output:\n{output}");
    }

    private static string? FirstMissing(Example example, IReadOnlyList<string> output)
    {
        var left = output.ToList();
        foreach (string line in example.Output.Where(line => line is not ("" or "...")))
        {
            // Three dots match anything: names, times.
            var pattern = new Regex(
                "^" + Regex.Escape(line).Replace(@"\.\.\.", ".*", StringComparison.Ordinal) + @"\s*$", RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);
            int found = left.FindIndex(candidate => pattern.IsMatch(candidate));
            if (found < 0)
            {
                return line;
            }

            left.RemoveRange(example.AnyOrder ? found : 0, example.AnyOrder ? 1 : found + 1);
        }

        return null;
    }
}
