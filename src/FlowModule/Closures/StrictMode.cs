using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Sessions;
using Microsoft.PowerShell.Commands;

namespace FlowModule.Closures;

/// <summary>
/// Reads and sets the strict mode of a session or module: 0 for none, otherwise the version. PowerShell has no API to read it,
/// so a script tries what each version forbids; without strict mode, this is one read of a variable.
/// </summary>
internal static class StrictMode
{
    /// <summary>The highest version with its own rules.</summary>
    private const int Latest = 3;

    // They set no variables, because they run in the scope that they examine. The rest is apart, because most sessions have no strict mode, and
    // the first capture of a process would wait until it is compiled.
    private static readonly ScriptBlock HasAny = NeutralScript.Create("try { $null = $FlowNoSuchVariable; 0 } catch { 1 }");

    private static readonly Lazy<ScriptBlock> Version = new(static () => NeutralScript.Create("""
        try { $null = ''.FlowNoSuchProperty; return 1 } catch { }
        try { $null = (, 1)[1]; return 2 } catch { }
        3
        """));

    private static readonly ScriptBlock?[] Setters = new ScriptBlock?[Latest + 1];

    /// <summary>The mode in the current scope of the session's scripts.</summary>
    internal static int Of(SessionState session)
    {
        // Errors that the probe catches must not appear in the session's $Error.
        var errors = session.PSVariable.GetValue("global:Error") as ArrayList;
        object? latest = errors is { Count: > 0 } ? errors[0] : null;
        int version = Ask(session, HasAny) == 0 ? 0 : Ask(session, Version.Value);
        while (version > 0 && errors is { Count: > 0 } && !ReferenceEquals(errors[0], latest))
        {
            errors.RemoveAt(0);
        }

        return version;
    }

    /// <summary>Sets the mode in that scope.</summary>
    internal static void Set(SessionState session, int version) => session.InvokeCommand.InvokeScript(session, Setters[version] ??= MakeSetter(version));

    private static int Ask(SessionState session, ScriptBlock question) => (int)session.InvokeCommand.InvokeScript(session, question)[0].BaseObject;

    /// <summary><c>&amp; Set-StrictMode -Version 2</c> with the command object instead of its name, which may be missing in a session.</summary>
    private static ScriptBlock MakeSetter(int version)
    {
        IScriptExtent place = Parser.ParseInput("Set-StrictMode", out _, out _).Extent;
        var command = new ConstantExpressionAst(place, new CmdletInfo("Set-StrictMode", typeof(SetStrictModeCommand)));
        CommandParameterAst argument = version == 0
            ? new(place, nameof(SetStrictModeCommand.Off), argument: null, place)
            : new(place, nameof(SetStrictModeCommand.Version), new ConstantExpressionAst(place, new Version(version, 0)), place);
        var call = new CommandAst(place, [command, argument], TokenKind.Ampersand, redirections: null);
        return NeutralScript.Create(new ScriptBlockAst(
            place, paramBlock: null, new StatementBlockAst(place, [new PipelineAst(place, call)], traps: null), isFilter: false));
    }
}
