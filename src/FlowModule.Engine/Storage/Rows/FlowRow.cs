namespace FlowModule.Engine.Storage.Rows;

/// <summary>A flow or a task as stored: one row for all runs of the same name, script and tags.</summary>
/// <param name="Name">The name.</param>
/// <param name="Tags">The tags.</param>
internal sealed record FlowRow(string Name, IReadOnlyList<string> Tags)
{
    /// <summary>A hash of the script's text, equal in all processes; null without a script.</summary>
    internal string? ScriptHash { get; init; }

    /// <summary>The script's text; null without one, and in rows that were read: there, the hash finds the text.</summary>
    internal string? ScriptText { get; init; }

    /// <summary>The file that contains the script, or null.</summary>
    internal string? ScriptPath { get; init; }

    /// <summary>The script's first line in that file, from 1; null without a script, 0 without a file.</summary>
    internal int? ScriptLine { get; init; }
}
