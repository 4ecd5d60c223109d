using System.Text;

namespace FlowModule.HelpBuilder;

/// <summary>A page on a topic, which Get-Help shows as plain text.</summary>
internal sealed class AboutPage
{
    private const int Width = 80;
    private const int Indent = 4;

    private readonly Heading _root;

    private AboutPage(string file, Heading root)
    {
        Name = Path.GetFileNameWithoutExtension(file);
        _root = root;
        if (root.Title != Name)
        {
            throw new PageException(root.Line, $"The page's title is '{root.Title}', unlike its file's name.");
        }

        if (root.Children.Count < 2 || root.Children[0].Title != "SHORT DESCRIPTION" || root.Children[1].Title != "LONG DESCRIPTION")
        {
            throw new PageException(root.Line, "A page on a topic begins with the sections SHORT DESCRIPTION and LONG DESCRIPTION.");
        }
    }

    internal string Name { get; }

    internal static bool IsAbout(string file) => Path.GetFileName(file).StartsWith("about_", StringComparison.Ordinal);

    internal static AboutPage Read(string file) => new(file, Heading.TreeOf(File.ReadAllText(file)));

    /// <summary>The page as text. Get-Help takes its fifth line for the synopsis.</summary>
    internal string ToHelpText()
    {
        var text = new StringBuilder();
        text.Append("TOPIC\n").Append(' ', Indent).Append(Name).Append("\n\n");
        foreach (Heading section in _root.Children)
        {
            Append(text, section, depth: 0);
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void Append(StringBuilder text, Heading section, int depth)
    {
        text.Append(' ', depth * Indent / 2).Append(section.Title).Append('\n');
        bool afterItem = false;
        foreach (TextBlock paragraph in MarkdownText.Paragraphs(section.Content))
        {
            if (afterItem && paragraph.IsItem)
            {
                // The items of a list stand close together.
                text.Length--;
            }

            afterItem = paragraph.IsItem;
            if (paragraph.IsFixed)
            {
                foreach (string line in paragraph.Text.Split('\n'))
                {
                    text.Append((new string(' ', Indent + paragraph.Indent) + line).TrimEnd()).Append('\n');
                }
            }
            else
            {
                AppendWrapped(text, paragraph);
            }

            text.Append('\n');
        }

        if (section.Content.Count == 0)
        {
            text.Append('\n');
        }

        foreach (Heading child in section.Children)
        {
            Append(text, child, depth + 1);
        }
    }

    private static void AppendWrapped(StringBuilder text, TextBlock paragraph)
    {
        int column = Indent;
        text.Append(' ', Indent);
        bool first = true;
        foreach (string word in paragraph.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!first && column + 1 + word.Length > Width)
            {
                text.Append('\n').Append(' ', Indent + paragraph.Indent);
                column = Indent + paragraph.Indent;
            }
            else if (!first)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
            first = false;
        }

        text.Append('\n');
    }
}
