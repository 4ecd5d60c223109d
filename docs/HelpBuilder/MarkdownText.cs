using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace FlowModule.HelpBuilder;

/// <summary>Markdown as plain text, for help that is read in a terminal.</summary>
internal static class MarkdownText
{
    internal static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseYamlFrontMatter().Build();

    /// <summary>The paragraphs of some blocks. The lines of code blocks and tables stay as they are; others are for the reader to wrap.</summary>
    internal static IEnumerable<TextBlock> Paragraphs(IEnumerable<Block> blocks)
    {
        foreach (Block block in blocks)
        {
            switch (block)
            {
                case HtmlBlock or HeadingBlock:
                    break;
                case ParagraphBlock paragraph:
                    yield return new TextBlock(Inline(paragraph.Inline), IsFixed: false);
                    break;
                case CodeBlock code:
                    yield return new TextBlock(string.Join('\n', LinesOf(code)), IsFixed: true, Indent: 4);
                    break;
                case ListBlock list:
                    foreach (TextBlock item in ListItems(list))
                    {
                        yield return item;
                    }

                    break;
                case Table table:
                    yield return new TextBlock(Columns(table), IsFixed: true);
                    break;
                case ContainerBlock container:
                    foreach (TextBlock inner in Paragraphs(container))
                    {
                        yield return inner;
                    }

                    break;
            }
        }
    }

    internal static string Inline(ContainerInline? inlines)
    {
        var text = new StringBuilder();
        foreach (Inline inline in inlines ?? Enumerable.Empty<Inline>())
        {
            switch (inline)
            {
                case LiteralInline literal:
                    text.Append(literal.Content.AsSpan());
                    break;
                case CodeInline code:
                    text.Append(code.Content);
                    break;
                case LineBreakInline:
                    text.Append(' ');
                    break;
                case LinkInline link when link.Url?.StartsWith("http", StringComparison.Ordinal) == true:
                    text.Append(Inline(link)).Append(" (").Append(link.Url).Append(')');
                    break;
                case ContainerInline container:
                    text.Append(Inline(container));
                    break;
                case HtmlEntityInline entity:
                    text.Append(entity.Transcoded.AsSpan());
                    break;
            }
        }

        return text.ToString();
    }

    internal static IEnumerable<string> LinesOf(LeafBlock block)
    {
        for (int i = 0; i < block.Lines.Count; i++)
        {
            yield return block.Lines.Lines[i].Slice.ToString();
        }
    }

    private static IEnumerable<TextBlock> ListItems(ListBlock list)
    {
        int number = 1;
        foreach (ListItemBlock item in list.OfType<ListItemBlock>())
        {
            string mark = list.IsOrdered ? $"{number++}. " : "- ";
            bool first = true;
            foreach (TextBlock paragraph in Paragraphs(item))
            {
                yield return first ? paragraph with { Text = mark + paragraph.Text, Indent = mark.Length, IsItem = true } : paragraph;
                first = false;
            }
        }
    }

    private static string Columns(Table table)
    {
        List<string[]> rows = [.. table.OfType<TableRow>().Select(row => row.OfType<TableCell>().Select(Cell).ToArray())];
        int[] widths = [.. Enumerable.Range(0, rows.Max(row => row.Length)).Select(column => rows.Max(row => column < row.Length ? row[column].Length : 0))];
        rows.Insert(1, [.. widths.Select(width => new string('-', width))]);
        return string.Join('\n', rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()));

        static string Cell(TableCell cell) => string.Join(' ', cell.OfType<ParagraphBlock>().Select(paragraph => Inline(paragraph.Inline)));
    }
}

/// <summary>One paragraph of plain text.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsFixed">Whether its lines must stay as they are.</param>
/// <param name="Indent">By how much its lines are set in; all but the first, if the text is to be wrapped.</param>
/// <param name="IsItem">Whether it begins an item of a list.</param>
internal sealed record TextBlock(string Text, bool IsFixed, int Indent = 0, bool IsItem = false);
