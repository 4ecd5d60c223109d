using System.Management.Automation;

namespace FlowModule.HelpBuilder;

/// <summary>Compares the pages with the module: each cmdlet and parameter is documented as it is, and nothing else is.</summary>
internal static class PageCheck
{
    internal static void Run(IReadOnlyList<DocumentedCommand> commands, IReadOnlyList<CommandPage> pages, string folder, Problems problems)
    {
        foreach (CommandPage page in pages.Where(page => commands.All(command => command.Name != page.Name)))
        {
            problems.Add(page.File, page.Line, $"The module has no cmdlet {page.Name}.");
        }

        foreach (DocumentedCommand command in commands)
        {
            if (pages.FirstOrDefault(page => page.Name == command.Name) is { } page)
            {
                Check(command, page, problems);
            }
            else
            {
                problems.Add(Path.Combine(folder, command.Name + ".md"), 1, $"The cmdlet {command.Name} has no page that can be read.");
            }
        }
    }

    /// <summary>The metadata that a page must give for a parameter in some of its sets.</summary>
    internal static IEnumerable<(string Key, string Value)> Metadata(DocumentedParameter parameter, CommandParameterInfo set)
    {
        yield return ("Type", parameter.TypeName);
        yield return ("Aliases", string.Join(", ", set.Aliases.Order(StringComparer.OrdinalIgnoreCase)));
        yield return ("Required", set.IsMandatory ? "True" : "False");
        yield return ("Position", set.Position >= 0 ? $"{set.Position}" : "Named");
        yield return ("Accept pipeline input", PipelineInput(set));
        yield return ("Accept wildcard characters", parameter.TakesWildcards ? "True" : "False");
    }

    internal static string PipelineInput(CommandParameterInfo set) => (set.ValueFromPipeline, set.ValueFromPipelineByPropertyName) switch
    {
        (true, true) => "True (ByPropertyName, ByValue)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    private static void Check(DocumentedCommand command, CommandPage page, Problems problems)
    {
        CheckSyntax(command, page, problems);
        foreach (PageParameter documented in page.Parameters)
        {
            if (command.Parameters.FirstOrDefault(parameter => parameter.Name == documented.Name) is { } parameter)
            {
                CheckMetadata(command, parameter, documented, page, problems);
            }
            else
            {
                problems.Add(page.File, documented.Heading.Line, $"{command.Name} has no parameter {documented.Name}.");
            }
        }

        foreach (DocumentedParameter parameter in command.Parameters.Where(parameter => page.Parameters.Count(documented => documented.Name == parameter.Name) != 1))
        {
            problems.Add(page.File, page.Line, $"The parameter {parameter.Name} of {command.Name} must be documented once.");
        }

        if (page.Examples.Count == 0)
        {
            problems.Add(page.File, page.Line, $"The page of {command.Name} has no example.");
        }
    }

    private static void CheckSyntax(DocumentedCommand command, CommandPage page, Problems problems)
    {
        bool single = command.Info.ParameterSets.Count == 1;
        foreach (CommandParameterSetInfo set in command.Info.ParameterSets)
        {
            string name = single ? "(All)" : set.Name;
            string expected = $"{command.Name} {set}";
            PageSyntax? syntax = page.Syntax.FirstOrDefault(syntax => syntax.Set == name);
            if (syntax is null || syntax.Text != expected || syntax.IsDefault != set.IsDefault)
            {
                problems.Add(
                    page.File, syntax?.Line ?? page.Line,
                    $"The syntax of {command.Name} must be, under the heading '{name}{(set.IsDefault ? " (Default)" : "")}': {expected}");
            }
        }

        if (page.Syntax.Count != command.Info.ParameterSets.Count)
        {
            problems.Add(page.File, page.Line, $"{command.Name} has {command.Info.ParameterSets.Count} parameter sets; the page shows {page.Syntax.Count}.");
        }
    }

    private static void CheckMetadata(DocumentedCommand command, DocumentedParameter parameter, PageParameter documented, CommandPage page, Problems problems)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (IReadOnlyDictionary<string, string> metadata in documented.Metadata)
        {
            string[] sets = metadata.GetValueOrDefault("Parameter Sets", "").Split(", ", StringSplitOptions.RemoveEmptyEntries);
            foreach (string set in sets is ["(All)"] ? parameter.Sets.Keys : sets)
            {
                if (!parameter.Sets.TryGetValue(set, out CommandParameterInfo? info) || (sets is ["(All)"] && !parameter.IsInAllSets))
                {
                    problems.Add(page.File, documented.Heading.Line, $"{command.Name} -{parameter.Name} is in the parameter sets {string.Join(", ", parameter.Sets.Keys)}, not in {set}.");
                    continue;
                }

                seen.Add(set);
                foreach ((string key, string value) in Metadata(parameter, info))
                {
                    if (metadata.GetValueOrDefault(key) != value)
                    {
                        problems.Add(page.File, documented.Heading.Line, $"{command.Name} -{parameter.Name} must say '{key}: {value}'.");
                    }
                }
            }
        }

        foreach (string set in parameter.Sets.Keys.Where(set => !seen.Contains(set)))
        {
            problems.Add(page.File, documented.Heading.Line, $"{command.Name} -{parameter.Name} says nothing of the parameter set {set}.");
        }
    }
}
