using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Remoting.Internal;
using FlowModule.Sessions;

namespace FlowModule.Streams;

/// <summary>
/// Writes the stderr lines of native programs to the error stream of a cmdlet. They are text: nothing ends because of them, whatever
/// <c>$ErrorActionPreference</c> is, like outside of a flow. The cmdlet itself would end at such a record, so a
/// command inside the cmdlet writes to the same stream.
/// </summary>
internal sealed class NativeText(PSCmdlet cmdlet)
{
    private static readonly ScriptBlock Script = MakeScript(new("Write-FlowNativeText", typeof(WriteCommand)));

    // Read by the command, on the thread that calls it.
    [ThreadStatic]
    private static ErrorRecord? s_line;

    private bool? _isMerged;

    /// <summary>Whether an error record is a stderr line of a native program.</summary>
    internal static bool Is(ErrorRecord record) => record.FullyQualifiedErrorId.StartsWith("NativeCommandError", StringComparison.Ordinal);

    internal void Write(ErrorRecord line)
    {
        if (_isMerged ??= MergedStreams.HasErrors(cmdlet))
        {
            cmdlet.WriteObject(line);
            return;
        }

        // A new pipeline for each line, because a command that stays open gets further input only together with the cmdlet.
        using SteppablePipeline pipeline = Script.GetSteppablePipeline(CommandOrigin.Internal);
        s_line = line;
        pipeline.Begin(cmdlet);
        pipeline.End();
    }

    /// <summary><c>&amp; write -ErrorAction Continue</c>, with the command object instead of a name. Such a script may contain only constants.</summary>
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
