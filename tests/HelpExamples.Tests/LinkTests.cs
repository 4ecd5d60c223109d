using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace HelpExamples.Tests;

/// <summary>The pages' links to files of the repository are valid.</summary>
public sealed class LinkTests
{
    public static TheoryData<string> Pages() => [.. Repository.Pages(), "CONTRIBUTING.md", "docs/architecture.md", "docs/scale.md", "docs/tutorial.md"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_to_files(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        foreach (LinkInline link in Markdown.Parse(File.ReadAllText(Path.Combine(Repository.Root, page))).Descendants<LinkInline>())
        {
            if (link.Url is { } url && !url.Contains(':', StringComparison.Ordinal) && !url.StartsWith('#'))
            {
                string target = Path.Combine(folder, url.Split('#')[0]);
                Assert.True(File.Exists(target) || Directory.Exists(target), $"{page} links to {url}, which does not exist.");
            }
        }
    }
}
