using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Streams;

/// <summary>
/// Errors of Write-Error name the place that their script was called from, which for a body is its own opening brace. They are given the
/// place of the command that wrote them.
/// </summary>
internal static class WrittenErrors
{
    private const string WriteError = "Write-Error";

    /// <summary>Has an error of a run's body show where it was written.</summary>
    internal static void Place(FlowRun run, ErrorRecord error)
    {
        if (error.CategoryInfo.Activity == WriteError && run.Flow is Flow { BodyAst: { } body } && error.InvocationInfo is { } call
            && IsAt(call, body.Extent) && LineOf(error.ScriptStackTrace) is { } line
            && body.FindAll(ast => ast is CommandAst && ast.Extent.StartLineNumber == line, searchNestedScriptBlocks: true).Cast<CommandAst>()
                .MinBy(static command => command.GetCommandName() == WriteError ? 0 : 1) is { } command)
        {
            call.DisplayScriptPosition = command.Extent;
        }
    }

    private static bool IsAt(InvocationInfo call, IScriptExtent place) =>
        call.ScriptLineNumber == place.StartLineNumber && call.OffsetInLine == place.StartColumnNumber
        && string.Equals(call.ScriptName ?? string.Empty, place.File ?? string.Empty, StringComparison.Ordinal);

    /// <summary>The line that the innermost script was at. Of the text of a stack only the number is the same in all languages: it comes last.</summary>
    private static int? LineOf(string? stack)
    {
        string frame = stack?.Split('\n', 2)[0].TrimEnd() ?? string.Empty;
        int digits = frame.Length;
        while (digits > 0 && char.IsAsciiDigit(frame[digits - 1]))
        {
            digits--;
        }

        return int.TryParse(frame.AsSpan(digits), CultureInfo.InvariantCulture, out int line) ? line : null;
    }
}
