using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace FlowModule.Streams;

/// <summary>
/// Whether the command that calls a cmdlet merges streams (<c>2&gt;&amp;1</c>). The engine takes records that way from what a cmdlet
/// itself writes, and loses those of what runs inside of the cmdlet. Asked on the cmdlet's thread, while it runs.
/// </summary>
internal static class MergedStreams
{
    internal static bool Any(PSCmdlet cmdlet) => Redirections(cmdlet).Any();

    internal static bool HasErrors(PSCmdlet cmdlet) =>
        Redirections(cmdlet).Any(static redirection => redirection.FromStream is RedirectionStream.Error or RedirectionStream.All);

    private static IEnumerable<MergingRedirectionAst> Redirections(PSCmdlet cmdlet)
    {
        InvocationInfo call = cmdlet.MyInvocation;
        if (call.ScriptLineNumber == 0)
        {
            return [];
        }

        IScriptExtent? statement = Runspace.DefaultRunspace.Debugger.GetCallStack().FirstOrDefault(frame => IsIn(call, frame.Position))?.Position;
        return statement?.Text.Contains(">&1", StringComparison.Ordinal) == true ? Find(call, statement)?.Redirections.OfType<MergingRedirectionAst>() ?? [] : [];
    }

    private static bool IsIn(InvocationInfo call, IScriptExtent? statement) =>
        statement is not null
        && (statement.File ?? string.Empty) == (call.ScriptName ?? string.Empty)
        && (statement.StartLineNumber, statement.StartColumnNumber).CompareTo((call.ScriptLineNumber, call.OffsetInLine)) <= 0
        && (statement.EndLineNumber, statement.EndColumnNumber).CompareTo((call.ScriptLineNumber, call.OffsetInLine)) > 0;

    private static CommandAst? Find(InvocationInfo call, IScriptExtent statement)
    {
        int line = call.ScriptLineNumber - statement.StartLineNumber + 1;
        int column = line == 1 ? call.OffsetInLine - statement.StartColumnNumber + 1 : call.OffsetInLine;
        return (CommandAst?)Parser.ParseInput(statement.Text, out _, out _).Find(
            ast => ast is CommandAst { Extent: var place } && place.StartLineNumber == line && place.StartColumnNumber == column, searchNestedScriptBlocks: true);
    }
}
