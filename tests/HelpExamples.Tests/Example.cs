using System.Text.RegularExpressions;
using Markdig;
using Markdig.Syntax;

namespace HelpExamples.Tests;

/// <summary>
/// A powershell block of a page and what follows it: the output block and, in comments between
/// the two, the exit code (<c>exit: 1</c>) and whether the lines may come in <c>any order</c>.
/// </summary>
internal sealed partial record Example(string Page, int Line, string Code, IReadOnlyList<string> Output, int ExitCode, bool AnyOrder)
{
    internal static IEnumerable<Example> Of(string page)
    {
        List<Block> blocks = [.. Markdown.Parse(File.ReadAllText(Path.Combine(Repository.Root, page))).Descendants<Block>()];
        for (int i = 0; i < blocks.Count; i++)
        {
            if (blocks[i] is FencedCodeBlock { Info: "powershell" } code)
            {
                yield return Read(page, code, blocks.Skip(i + 1));
            }
        }
    }

    private static Example Read(string page, FencedCodeBlock code, IEnumerable<Block> following)
    {
        IReadOnlyList<string> output = [];
        int exitCode = 0;
        bool anyOrder = false;
        foreach (Block block in following)
        {
            if (block is FencedCodeBlock { Info: "output" or "text" } outputBlock)
            {
                output = Generalize(LinesOf(outputBlock));
                break;
            }

            if (block is not HtmlBlock comment)
            {
                break;
            }

            string text = string.Join(' ', LinesOf(comment)).Replace("<!--", "", StringComparison.Ordinal).Replace("-->", "", StringComparison.Ordinal).Trim();
            if (text.StartsWith("exit:", StringComparison.Ordinal))
            {
                exitCode = int.Parse(text["exit:".Length..]);
            }

            anyOrder |= text == "any order";
        }

        return new Example(page, code.Line + 1, string.Join('\n', LinesOf(code)), output, exitCode, anyOrder);
    }

    /// <summary>Replaces what differs from run to run with three dots: times of day, durations, and generated names of runs.</summary>
    private static List<string> Generalize(List<string> lines)
    {
        HashSet<string> names = [.. lines.SelectMany(line => RunName().Matches(line)).Select(match => match.Value)];
        return [.. lines.Select(line => names.Aggregate(TimeOrDuration().Replace(line, "..."), (text, name) => text.Replace(name, "...", StringComparison.Ordinal)))];
    }

    [GeneratedRegex(@"(?<=run ')[a-z]+-[a-z]+(?=')", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex RunName();

    [GeneratedRegex(@"\d\d:\d\d:\d\d\.\d\d\d|\d+\.\d\d\d s", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TimeOrDuration();

    private static List<string> LinesOf(LeafBlock block) =>
        [.. Enumerable.Range(0, block.Lines.Count).Select(i => block.Lines.Lines[i].Slice.ToString().TrimEnd())];
}
