using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Sessions;
using Microsoft.PowerShell.Commands;

namespace FlowModule.Closures;

/// <summary>
/// Reads and sets the strict mode of a session, or of a module in it: 0 for none, else the version whose rules hold. Nothing in PowerShell
/// tells it, so a script tries what each version forbids; without strict mode that is one read of a variable.
/// </summary>
internal static class StrictMode
{
    /// <summary>The highest version with rules of its own.</summary>
    private const int Latest = 3;

    // It sets no variables: it runs in the scope that it asks about.
    private static readonly ScriptBlock Probe = NeutralScript.Create("""
        try { $null = $FlowNoSuchVariable; return 0 } catch { }
        try { $null = ''.FlowNoSuchProperty; return 1 } catch { }
        try { $null = (, 1)[1]; return 2 } catch { }
        3
        """);

    private static readonly ScriptBlock[] Setters = [.. Enumerable.Range(0, Latest + 1).Select(MakeSetter)];

    /// <summary>What holds in the scope that scripts of the session run in now.</summary>
    internal static int Of(SessionState session)
    {
        // What the script catches is no error of the session's.
        var errors = session.PSVariable.GetValue("global:Error") as ArrayList;
        object? latest = errors is { Count: > 0 } ? errors[0] : null;
        int version = (int)session.InvokeCommand.InvokeScript(session, Probe)[0].BaseObject;
        while (version > 0 && errors is { Count: > 0 } && !ReferenceEquals(errors[0], latest))
        {
            errors.RemoveAt(0);
        }

        return version;
    }

    /// <summary>Sets it in that scope.</summary>
    internal static void Set(SessionState session, int version) => session.InvokeCommand.InvokeScript(session, Setters[version]);

    /// <summary><c>&amp; Set-StrictMode -Version 2</c> with the command itself in the place of its name, which a session may not have.</summary>
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
