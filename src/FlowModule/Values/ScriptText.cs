using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Values;

/// <summary>Script blocks that are kept are their text.</summary>
internal static class ScriptText
{
    internal static readonly string Type = typeof(ScriptBlock).FullName!;

    /// <summary>A block of the text: it runs in the language mode of the session that it is made in, or else of that which runs it.</summary>
    /// <exception cref="FormatException">It does not parse here.</exception>
    internal static ScriptBlock Read(string text)
    {
        ScriptBlockAst whole = Parser.ParseInput(text, out _, out ParseError[] errors);
        return errors.Length == 0 ? whole.GetScriptBlock() : throw new FormatException($"A script block does not parse here: {errors[0].Message}");
    }
}
