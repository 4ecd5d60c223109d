namespace FlowModule.Engine.Storage.Rows;

/// <summary>A flow or a task as a store keeps it: one row for all runs of the same name, script and tags.</summary>
/// <param name="Name">The name.</param>
/// <param name="Tags">Words to find its runs by.</param>
internal sealed record FlowRow(string Name, IReadOnlyList<string> Tags)
{
    /// <summary>A hash of the script's text, the same in all processes; null without a script.</summary>
    internal string? ScriptHash { get; init; }

    /// <summary>The script's text; null without one, and where the row was read: then the store has the text by its hash.</summary>
    internal string? ScriptText { get; init; }

    /// <summary>The file that the script is in, or null.</summary>
    internal string? ScriptPath { get; init; }

    /// <summary>The script's first line in that file, from 1; null without a script, 0 without a file.</summary>
    internal int? ScriptLine { get; init; }
}
