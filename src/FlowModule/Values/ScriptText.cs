using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Values;

/// <summary>Stores script blocks as their text.</summary>
internal static class ScriptText
{
    internal static readonly string Type = typeof(ScriptBlock).FullName!;

    /// <summary>A block from a text. It has the language mode of the session in which it is created, or otherwise of the session that runs it.</summary>
    /// <exception cref="FormatException">The text cannot be parsed here.</exception>
    internal static ScriptBlock Read(string text)
    {
        ScriptBlockAst whole = Parser.ParseInput(text, out _, out ParseError[] errors);
        return errors.Length == 0 ? whole.GetScriptBlock() : throw new FormatException($"A script block cannot be parsed here: {errors[0].Message}");
    }
}
