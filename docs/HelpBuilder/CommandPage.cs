using Markdig;
using Markdig.Syntax;

namespace FlowModule.HelpBuilder;

/// <summary>The page of one cmdlet.</summary>
internal sealed class CommandPage
{
    private static readonly string[] SectionNames =
        ["SYNOPSIS", "SYNTAX", "DESCRIPTION", "EXAMPLES", "PARAMETERS", "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS"];

    private CommandPage(string file, Heading root)
    {
        File = file;
        Name = root.Title;
        Line = root.Line;
        if (Path.GetFileNameWithoutExtension(file) != Name)
        {
            throw new PageException(root.Line, $"The page's title is '{Name}', unlike its file's name.");
        }

        if (!root.Children.Select(section => section.Title).SequenceEqual(SectionNames))
        {
            throw new PageException(root.Line, $"The page's sections must be: {string.Join(", ", SectionNames)}.");
        }

        foreach (Heading section in root.Children.Where(section => section.Title is not ("EXAMPLES" or "PARAMETERS" or "SYNTAX" or "INPUTS" or "OUTPUTS")))
        {
            if (section.Content.Count == 0)
            {
                throw new PageException(section.Line, $"The section {section.Title} is empty.");
            }
        }

        Examples = [.. root["EXAMPLES"].Children];
        Syntax = [.. root["SYNTAX"].Children.Select(PageSyntax.From)];
        Parameters = [.. root["PARAMETERS"].Children.Where(heading => heading.Title != "CommonParameters").Select(PageParameter.From)];
        Synopsis = root["SYNOPSIS"];
        Description = root["DESCRIPTION"];
        Inputs = [.. root["INPUTS"].Children];
        Outputs = [.. root["OUTPUTS"].Children];
        Notes = root["NOTES"];
        RelatedLinks = root["RELATED LINKS"];
    }

    internal string File { get; }

    internal string Name { get; }

    internal int Line { get; }

    internal Heading Synopsis { get; }

    internal IReadOnlyList<PageSyntax> Syntax { get; }

    internal Heading Description { get; }

    internal IReadOnlyList<Heading> Examples { get; }

    internal IReadOnlyList<PageParameter> Parameters { get; }

    internal IReadOnlyList<Heading> Inputs { get; }

    internal IReadOnlyList<Heading> Outputs { get; }

    internal Heading Notes { get; }

    internal Heading RelatedLinks { get; }

    internal static CommandPage Read(string file) => new(file, Heading.TreeOf(System.IO.File.ReadAllText(file)));
}

/// <summary>A heading with what stands under it.</summary>
internal sealed class Heading
{
    private Heading(HeadingBlock block)
    {
        Title = MarkdownText.Inline(block.Inline);
        Line = block.Line + 1;
    }

    internal string Title { get; }

    internal int Line { get; }

    internal List<Block> Content { get; } = [];

    internal List<Heading> Children { get; } = [];

    internal Heading this[string title] => Children.First(child => child.Title == title);

    /// <summary>The headings of a page, as a tree under its title.</summary>
    internal static Heading TreeOf(string markdown)
    {
        MarkdownDocument document = Markdown.Parse(markdown, MarkdownText.Pipeline);
        var open = new Stack<(int Level, Heading Heading)>();
        Heading? root = null;
        foreach (Block block in document)
        {
            if (block is HeadingBlock headingBlock)
            {
                var heading = new Heading(headingBlock);
                while (open.Count > 0 && open.Peek().Level >= headingBlock.Level)
                {
                    open.Pop();
                }

                if (open.Count > 0)
                {
                    open.Peek().Heading.Children.Add(heading);
                }
                else if (root is not null)
                {
                    throw new PageException(heading.Line, "A page has one title.");
                }

                root ??= heading;
                open.Push((headingBlock.Level, heading));
            }
            else if (open.Count > 0)
            {
                open.Peek().Heading.Content.Add(block);
            }
        }

        return root ?? throw new PageException(1, "The page has no title.");
    }
}

/// <summary>One parameter set in a page's syntax section.</summary>
/// <param name="Set">The set's name; empty where there is but one.</param>
/// <param name="IsDefault">Whether it is the default set.</param>
/// <param name="Text">The syntax.</param>
/// <param name="Line">Where it stands.</param>
internal sealed record PageSyntax(string Set, bool IsDefault, string Text, int Line)
{
    internal static PageSyntax From(Heading heading)
    {
        const string Mark = " (Default)";
        string text = string.Join(' ', heading.Content.OfType<CodeBlock>().SelectMany(MarkdownText.LinesOf).Select(line => line.Trim()));
        bool isDefault = heading.Title.EndsWith(Mark, StringComparison.Ordinal);
        return new PageSyntax(isDefault ? heading.Title[..^Mark.Length] : heading.Title, isDefault, text, heading.Line);
    }
}

/// <summary>One parameter in a page: its text, and what it says of its sets.</summary>
internal sealed class PageParameter
{
    private PageParameter(Heading heading)
    {
        Heading = heading;
        Name = heading.Title.TrimStart('-');
        List<FencedCodeBlock> metadata = [.. heading.Content.OfType<FencedCodeBlock>().Where(block => block.Info == "yaml")];
        Metadata = [.. metadata.Select(Parse)];
        Text = [.. heading.Content.Except(metadata)];
        if (Text.Count == 0 || Metadata.Count == 0)
        {
            throw new PageException(heading.Line, $"The parameter {Name} needs a description and its metadata in a yaml block.");
        }
    }

    internal Heading Heading { get; }

    internal string Name { get; }

    internal IReadOnlyList<Block> Text { get; }

    /// <summary>The yaml blocks, a block for each way that the parameter is declared.</summary>
    internal IReadOnlyList<IReadOnlyDictionary<string, string>> Metadata { get; }

    internal string DefaultValue => Metadata[0].GetValueOrDefault("Default value", "None");

    internal static PageParameter From(Heading heading) => new(heading);

    private static Dictionary<string, string> Parse(FencedCodeBlock block)
    {
        var entries = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in MarkdownText.LinesOf(block).Where(line => line.Length > 0))
        {
            string[] parts = line.Split(':', 2);
            entries[parts[0].Trim()] = parts.Length > 1 ? parts[1].Trim() : throw new PageException(block.Line + 1, $"'{line}' is not a 'Key: value' line.");
        }

        return entries;
    }
}
