using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Streams;

/// <summary>
/// Errors of Write-Error report the position from which their script was called, which for a body is its own opening brace. They get the
/// position of the command that wrote them instead.
/// </summary>
internal static class WrittenErrors
{
    private const string WriteError = "Write-Error";

    /// <summary>Sets the position of an error of a run's body to where it was written.</summary>
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

    /// <summary>The line in the innermost script. Only the number is the same in all languages; it is the last part of the stack line.</summary>
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
