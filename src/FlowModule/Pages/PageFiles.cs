namespace FlowModule.Pages;

/// <summary>The scripts and styles that pages in a browser are made of. They are part of the assembly, so that a page needs no folder beside it.</summary>
internal static class PageFiles
{
    /// <summary>The modules of the timeline, each after those that it imports; its style is timeline.css.</summary>
    internal static IReadOnlyList<string> TimelineScripts { get; } =
        ["dom.js", "runs.js", "scale.js", "row.js", "tip.js", "tools.js", "keys.js", "gestures.js", "timeline.js"];

    /// <summary>The text of a file by its name, with the line ends of Unix wherever it was built.</summary>
    internal static string Read(string name)
    {
        using Stream file = typeof(PageFiles).Assembly.GetManifestResourceStream("pages/" + name) ?? throw new FileNotFoundException("There is no such part of a page.", name);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
