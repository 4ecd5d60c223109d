using System.Management.Automation;
using FlowModule.Values;

namespace FlowModule.Wire;

/// <summary>
/// Writes script blocks as their position in the text from which they were parsed, and each such text once a frame. In another
/// process they are then the same code on the same lines of the same file, which their errors report.
/// </summary>
internal sealed class ScriptWriter
{
    private readonly List<(string Text, string? File)> _sources = [];

    internal void Reset() => _sources.Clear();

    internal void Write(BinaryWriter data, ScriptBlock script)
    {
        if (ScriptBlocks.AstOf(script) is not { } ast || ast.Extent.StartScriptPosition.GetFullScript() is not { Length: > 0 } text)
        {
            // Without a position, there is only the text.
            WriteSource(data, script.ToString(), script.File);
            data.Write(-1);
            return;
        }

        WriteSource(data, text, ast.Extent.File);
        data.Write(ast.Extent.StartOffset);
        data.Write(ast.Extent.EndOffset);

        // "{ { 1 } }": the outermost block and the block in it may have the same position.
        data.Write(ast.Parent is null);
    }

    private void WriteSource(BinaryWriter data, string text, string? file)
    {
        int index = _sources.FindIndex(source => ReferenceEquals(source.Text, text) && source.File == file);
        data.Write7BitEncodedInt(index < 0 ? _sources.Count : index);
        if (index < 0)
        {
            _sources.Add((text, file));
            data.Write(text);
            data.Write(file is not null);
            if (file is not null)
            {
                data.Write(file);
            }
        }
    }
}
