using System.Management.Automation;
using System.Xml.Linq;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace FlowModule.HelpBuilder;

/// <summary>Writes the pages of the cmdlets as MAML, the form that Get-Help reads.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";
    private static readonly XNamespace Items = "http://msh";

    internal static void Write(string file, IReadOnlyList<DocumentedCommand> commands, IReadOnlyList<CommandPage> pages)
    {
        var root = new XElement(Items + "helpItems", new XAttribute("schema", "maml"));
        foreach (DocumentedCommand command in commands)
        {
            root.Add(ToMaml(command, pages.First(page => page.Name == command.Name)));
        }

        new XDocument(new XDeclaration("1.0", "utf-8", standalone: null), root).Save(file);
    }

    private static XElement ToMaml(DocumentedCommand command, CommandPage page)
    {
        string[] words = command.Name.Split('-');
        return new XElement(
            Command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Maml),
            new XAttribute(XNamespace.Xmlns + "command", Command),
            new XAttribute(XNamespace.Xmlns + "dev", Dev),
            new XElement(
                Command + "details",
                new XElement(Command + "name", command.Name),
                new XElement(Command + "verb", words[0]),
                new XElement(Command + "noun", words[1]),
                new XElement(Maml + "description", Paras(page.Synopsis.Content))),
            new XElement(Maml + "description", Paras(page.Description.Content)),
            new XElement(Command + "syntax", command.Info.ParameterSets.Select(set => SyntaxItem(command, page, set))),
            new XElement(Command + "parameters", command.Parameters.OrderBy(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase)
                .Select(parameter => Parameter(parameter, page, parameter.Any, withText: true))),
            new XElement(Command + "inputTypes", page.Inputs.Select(type => TypeItem(Command + "inputType", type))),
            new XElement(Command + "returnValues", page.Outputs.Select(type => TypeItem(Command + "returnValue", type))),
            new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paras(page.Notes.Content))),
            new XElement(Command + "examples", page.Examples.Select(Example)),
            new XElement(Maml + "relatedLinks", Links(page.RelatedLinks)));
    }

    private static XElement SyntaxItem(DocumentedCommand command, CommandPage page, CommandParameterSetInfo set) => new(
        Command + "syntaxItem",
        new XElement(Maml + "name", command.Name),
        from info in set.Parameters
        let parameter = command.Parameters.FirstOrDefault(parameter => parameter.Name == info.Name)
        where parameter is not null
        orderby info.Position >= 0 ? info.Position : int.MaxValue, !info.IsMandatory
        select Parameter(parameter, page, info, withText: false));

    private static XElement Parameter(DocumentedParameter parameter, CommandPage page, CommandParameterInfo info, bool withText)
    {
        PageParameter documented = page.Parameters.First(candidate => candidate.Name == parameter.Name);
        string type = parameter.TypeName;
        return new XElement(
            Command + "parameter",
            new XAttribute("required", info.IsMandatory ? "true" : "false"),
            new XAttribute("variableLength", "true"),
            new XAttribute("globbing", parameter.TakesWildcards ? "true" : "false"),
            new XAttribute("pipelineInput", PageCheck.PipelineInput(info)),
            new XAttribute("position", info.Position >= 0 ? $"{info.Position}" : "named"),
            new XAttribute("aliases", info.Aliases.Count == 0 ? "none" : string.Join(", ", info.Aliases)),
            new XElement(Maml + "name", parameter.Name),
            withText ? new XElement(Maml + "description", Paras(documented.Text)) : null,
            parameter.IsSwitch && !withText
                ? null
                : new XElement(Command + "parameterValue", new XAttribute("required", parameter.IsSwitch ? "false" : "true"), new XAttribute("variableLength", "false"), type),
            new XElement(Dev + "type", new XElement(Maml + "name", type), new XElement(Maml + "uri")),
            new XElement(Dev + "defaultValue", documented.DefaultValue));
    }

    private static XElement TypeItem(XName name, Heading type) => new(
        name,
        new XElement(Dev + "type", new XElement(Maml + "name", type.Title)),
        new XElement(Maml + "description", Paras(type.Content)));

    /// <summary>An example: its first code block is the command, the rest is remarks.</summary>
    private static XElement Example(Heading example)
    {
        List<Block> blocks = [.. example.Content.Where(block => block is not HtmlBlock)];
        FencedCodeBlock? code = blocks.OfType<FencedCodeBlock>().FirstOrDefault();
        int start = code is null ? 0 : blocks.IndexOf(code);
        return new XElement(
            Command + "example",
            new XElement(Maml + "title", $"--- {example.Title} ---"),
            new XElement(Maml + "introduction", Paras(blocks.Take(start))),
            new XElement(Dev + "code", code is null ? "" : string.Join('\n', MarkdownText.LinesOf(code))),
            // Empty paragraphs set the examples apart.
            new XElement(Dev + "remarks", Paras(blocks.Skip(start + 1)), new XElement(Maml + "para"), new XElement(Maml + "para")));
    }

    private static IEnumerable<XElement> Links(Heading links) =>
        from link in links.Content.OfType<ParagraphBlock>().SelectMany(block => block.Inline!.OfType<LinkInline>())
        select new XElement(
            Maml + "navigationLink",
            new XElement(Maml + "linkText", MarkdownText.Inline(link)),
            new XElement(Maml + "uri", link.Url?.StartsWith("http", StringComparison.Ordinal) == true ? link.Url : ""));

    private static IEnumerable<XElement> Paras(IEnumerable<Block> blocks) =>
        MarkdownText.Paragraphs(blocks).Select(paragraph => new XElement(Maml + "para", paragraph.Text));
}
