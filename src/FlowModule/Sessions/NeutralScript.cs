using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace FlowModule.Sessions;

/// <summary>
/// Creates the module's own script blocks, which all sessions of the process share. A new block takes the language mode of
/// its thread's session: created in a constrained session, it would be constrained in all others too. So they are
/// created without a session, and run in the mode of the session that calls them.
/// </summary>
internal static class NeutralScript
{
    internal static ScriptBlock Create(string text) => Create(Parser.ParseInput(text, out _, out _));

    internal static ScriptBlock Create(ScriptBlockAst ast)
    {
        Runspace? session = Runspace.DefaultRunspace;
        Runspace.DefaultRunspace = null;
        try
        {
            return ast.GetScriptBlock();
        }
        finally
        {
            Runspace.DefaultRunspace = session;
        }
    }
}
