namespace FlowModule.Engine.Runs;

/// <summary>The source of a flow, so that the history can show which code a run executed.</summary>
/// <param name="Hash">A hash of the text, equal in all processes.</param>
/// <param name="Text">The script block's text.</param>
/// <param name="Path">The file that contains it, or null.</param>
/// <param name="Line">Its first line in that file, from 1; 0 without a file.</param>
internal sealed record FlowScript(string Hash, string Text, string? Path, int Line);
