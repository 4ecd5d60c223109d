using System.Text.RegularExpressions;

namespace HelpExamples.Tests;

/// <summary>Every example of the help and of the README runs, and gives the output that the page shows.</summary>
public sealed class ExampleTests
{
    public static TheoryData<string, int> Examples()
    {
        var data = new TheoryData<string, int>();
        foreach (Example example in Repository.Pages().SelectMany(Example.Of))
        {
            data.Add(example.Page, example.Line);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task An_example_gives_what_its_page_shows(string page, int line)
    {
        Example example = Example.Of(page).First(candidate => candidate.Line == line);
        string folder = Directory.CreateTempSubdirectory("flow-example-").FullName;
        try
        {
            string script = Path.Combine(folder, "example.ps1");
            await File.WriteAllTextAsync(script, example.Code + "\n");
            (int exitCode, string output, string errors) = await FlowProcess.RunAsync(folder, script);
            output += errors;

            Assert.True(exitCode == example.ExitCode, $"{page}:{line} exited with {exitCode}, not {example.ExitCode}. Its output:\n{output}");
            string? missing = FirstMissing(example, output.Split('\n'));
            Assert.True(missing is null, $"{page}:{line} shows this line, which its output lacks there:\n{missing}\nIts output:\n{output}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Every_page_of_a_cmdlet_has_examples_that_show_their_output()
    {
        foreach (string page in Repository.Pages().Where(page => page.Contains('-', StringComparison.Ordinal) && !page.Contains("about_", StringComparison.Ordinal)))
        {
            if (Path.GetFileName(page) != "README.md")
            {
                Assert.Contains(Example.Of(page), example => example.Output.Count > 0);
            }
        }
    }

    private static string? FirstMissing(Example example, IReadOnlyList<string> output)
    {
        var left = output.ToList();
        foreach (string line in example.Output.Where(line => line is not ("" or "...")))
        {
            // Three dots stand for anything: names, times.
            var pattern = new Regex(
                "^" + Regex.Escape(line).Replace(@"\.\.\.", ".*", StringComparison.Ordinal) + @"\s*$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
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
