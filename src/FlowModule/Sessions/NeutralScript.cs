using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace FlowModule.Sessions;

/// <summary>
/// Makes the module's own script blocks, which all sessions of the process share. A block takes over the language mode of the
/// session that its thread has when it is made: of a constrained one, it would constrain all others from then on. So they are
/// made as if there were no session, and run in the mode of whatever session runs them.
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
