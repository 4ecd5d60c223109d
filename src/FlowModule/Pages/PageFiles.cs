namespace FlowModule.Pages;

/// <summary>The scripts and styles that pages in a browser are made of. They are part of the assembly, so that a page needs no folder beside it.</summary>
internal static class PageFiles
{
    /// <summary>The modules of the timeline, each after those that it imports; its style is timeline.css.</summary>
    internal static IReadOnlyList<string> TimelineScripts { get; } =
        ["dom.js", "runs.js", "scale.js", "row.js", "tip.js", "tools.js", "keys.js", "gestures.js", "timeline.js"];

    /// <summary>The script of a page that stands alone in a file, where modules have nowhere to be loaded from: all of them, one after another, as one.</summary>
    internal static string RunPageScript { get; } = Join([.. TimelineScripts, "run-data.js", "run-log.js", "run-details.js", "run-page.js"]);

    internal static string RunPageStyle { get; } = Read("timeline.css") + Read("run-page.css");

    /// <summary>The text of a file by its name, with the line ends of Unix wherever it was built.</summary>
    internal static string Read(string name)
    {
        using Stream file = typeof(PageFiles).Assembly.GetManifestResourceStream("pages/" + name) ?? throw new FileNotFoundException("There is no such part of a page.", name);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>What a module imports is there before it: the lines that say so are left out. What it exports may stay as it is.</summary>
    private static string Join(IEnumerable<string> names) =>
        string.Concat(names.SelectMany(static name => Read(name).Split('\n')).Where(static line => !line.StartsWith("import ", StringComparison.Ordinal)).Select(static line => line + "\n"));
}
