using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Hosting;

/// <summary>
/// Makes the module's own script blocks, which all sessions of the process share. A block takes over the language mode of the
/// session that its thread has when it is made: of a constrained one, it would constrain all others from then on. So they are
/// made where there is no session, and run in the mode of whatever session runs them.
/// </summary>
internal static class NeutralScript
{
    internal static ScriptBlock Create(string text) => Create(Parser.ParseInput(text, out _, out _));

    internal static ScriptBlock Create(ScriptBlockAst ast)
    {
        ScriptBlock? script = null;
        var elsewhere = new Thread(() => script = ast.GetScriptBlock());
        elsewhere.Start();
        elsewhere.Join();
        return script!;
    }
}
