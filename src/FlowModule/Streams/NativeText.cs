using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Remoting.Internal;
using FlowModule.Sessions;

namespace FlowModule.Streams;

/// <summary>
/// Writes what native programs say on stderr to the error stream of a cmdlet. It is text: nothing ends because of it, whatever
/// <c>$ErrorActionPreference</c> says, as with a program that is called outside of a flow. The cmdlet itself would end with it, so that a
/// command inside of the cmdlet writes to the same stream.
/// </summary>
internal sealed class NativeText(PSCmdlet cmdlet)
{
    private static readonly ScriptBlock Script = MakeScript(new("Write-FlowNativeText", typeof(WriteCommand)));

    // Taken up by the command, on the thread that calls it.
    [ThreadStatic]
    private static ErrorRecord? s_line;

    private bool? _isMerged;

    /// <summary>Whether an error record is a line that a native program wrote to stderr.</summary>
    internal static bool Is(ErrorRecord record) => record.FullyQualifiedErrorId.StartsWith("NativeCommandError", StringComparison.Ordinal);

    internal void Write(ErrorRecord line)
    {
        if (_isMerged ??= MergedStreams.HasErrors(cmdlet))
        {
            cmdlet.WriteObject(line);
            return;
        }

        // One for each line: a command that stays takes further input only when the cmdlet does.
        using SteppablePipeline pipeline = Script.GetSteppablePipeline(CommandOrigin.Internal);
        s_line = line;
        pipeline.Begin(cmdlet);
        pipeline.End();
    }

    /// <summary><c>&amp; write -ErrorAction Continue</c>, with the command itself in the place of a name. Only constants may stand in such a script.</summary>
    private static ScriptBlock MakeScript(CmdletInfo write)
    {
        IScriptExtent place = Parser.ParseInput("& $write -ErrorAction Continue", out _, out _).Extent;
        var action = new CommandParameterAst(place, "ErrorAction", new StringConstantExpressionAst(place, nameof(ActionPreference.Continue), StringConstantType.BareWord), place);
        var call = new CommandAst(place, [new ConstantExpressionAst(place, write), action], TokenKind.Ampersand, redirections: null);
        var block = new StatementBlockAst(place, [new PipelineAst(place, [call])], traps: null);
        return NeutralScript.Create(new ScriptBlockAst(place, paramBlock: null, block, isFilter: false));
    }

    [Cmdlet(VerbsCommunications.Write, "FlowNativeText")]
    private sealed class WriteCommand : PSCmdlet
    {
        protected override void EndProcessing() => new PSStreamObject(PSStreamObjectType.Error, s_line).WriteStreamObject(this, overrideInquire: true);
    }
}
