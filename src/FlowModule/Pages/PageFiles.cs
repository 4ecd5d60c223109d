namespace FlowModule.Pages;

/// <summary>The scripts and styles of web pages. They are embedded in the assembly, so that a page needs no other files.</summary>
internal static class PageFiles
{
    /// <summary>The modules of the timeline, each after those that it imports; its style is timeline.css.</summary>
    internal static IReadOnlyList<string> TimelineScripts { get; } =
        ["dom.js", "runs.js", "scale.js", "axis.js", "row.js", "rows.js", "tip.js", "tools.js", "keys.js", "gestures.js", "timeline.js"];

    /// <summary>The script of a self-contained page, which cannot load modules: all modules, one after another, as one script.</summary>
    internal static string RunPageScript { get; } = Join([.. TimelineScripts, "run-data.js", "run-log.js", "run-details.js", "run-page.js"]);

    internal static string RunPageStyle { get; } = Read("timeline.css") + Read("run-page.css");

    /// <summary>The text of a file by its name, with the line ends of Unix wherever it was built.</summary>
    internal static string Read(string name)
    {
        using Stream file = typeof(PageFiles).Assembly.GetManifestResourceStream("pages/" + name) ?? throw new FileNotFoundException("There is no such part of a page.", name);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>Joins modules. Import lines are removed, because the imported module comes first. Exports can stay.</summary>
    private static string Join(IEnumerable<string> names) =>
        string.Concat(names.SelectMany(static name => Read(name).Split('\n')).Where(static line => !line.StartsWith("import ", StringComparison.Ordinal)).Select(static line => line + "\n"));
}
