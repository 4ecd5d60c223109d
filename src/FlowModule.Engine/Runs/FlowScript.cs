namespace FlowModule.Engine.Runs;

/// <summary>The source of a flow, so that its runs can say what they ran.</summary>
/// <param name="Hash">A hash of the text, the same in all processes.</param>
/// <param name="Text">The script block's text.</param>
/// <param name="Path">The file that it is in, or null.</param>
/// <param name="Line">Its first line in that file, from 1; 0 without a file.</param>
internal sealed record FlowScript(string Hash, string Text, string? Path, int Line);
