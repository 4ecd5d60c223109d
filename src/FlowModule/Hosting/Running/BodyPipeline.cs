using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace FlowModule.Hosting;

/// <summary>
/// A pipeline in which bodies run, in a runspace of a worker or in the caller's own. All that they write to any stream but the
/// output arrives at one place, in the order it was written.
/// </summary>
internal static class BodyPipeline
{
    // Compiled once for the process: as a script of each pipeline it would be compiled for each. It has no variables of its own:
    // bodies in the caller's runspace run inside it, and would see them in place of the caller's.
    private static readonly ScriptBlock Script = NeutralScript.Create(
        "& { & $args[0] $args[1] } $args[0] $args[2] *>&1 | & $args[1] $args[3]");

    private static readonly CmdletInfo Start = new("Start-FlowBodyPipeline", typeof(StartCommand));
    private static readonly CmdletInfo Pump = new("Invoke-FlowBodyPump", typeof(PumpCommand));
    private static readonly CmdletInfo Sink = new("Write-FlowBodyRecord", typeof(SinkCommand));

    /// <param name="shell">An empty pipeline of the runspace to run in.</param>
    /// <param name="loop">Runs bodies, inside the pipeline.</param>
    /// <param name="write">Gets every record, on the pipeline's thread.</param>
    internal static PowerShell Build(PowerShell shell, Action<PSCmdlet> loop, Action<object> write) =>
        shell.AddCommand(Start).AddParameter(nameof(StartCommand.Loop), loop).AddParameter(nameof(StartCommand.Write), write);

    /// <summary>The same inside the pipeline of a cmdlet that runs: what stops that stops the body too.</summary>
    internal static void InvokeHere(Action<PSCmdlet> loop, Action<object> write) => Script.Invoke(Pump, Sink, loop, write);

    [Cmdlet(VerbsLifecycle.Start, "FlowBodyPipeline")]
    private sealed class StartCommand : PSCmdlet
    {
        [Parameter(Mandatory = true)]
        public Action<PSCmdlet> Loop { get; set; } = null!;

        [Parameter(Mandatory = true)]
        public Action<object> Write { get; set; } = null!;

        protected override void EndProcessing() => Script.Invoke(Pump, Sink, Loop, Write);
    }

    [Cmdlet(VerbsLifecycle.Invoke, "FlowBodyPump")]
    private sealed class PumpCommand : PSCmdlet
    {
        [Parameter(Mandatory = true, Position = 0)]
        public Action<PSCmdlet> Loop { get; set; } = null!;

        protected override void EndProcessing() => Loop(this);
    }

    [Cmdlet(VerbsCommunications.Write, "FlowBodyRecord")]
    private sealed class SinkCommand : PSCmdlet
    {
        [Parameter(Mandatory = true, Position = 0)]
        public Action<object> Write { get; set; } = null!;

        [Parameter(ValueFromPipeline = true)]
        public PSObject? InputObject { get; set; }

        protected override void ProcessRecord()
        {
            if (InputObject is not null)
            {
                Write(InputObject.BaseObject);
            }
        }
    }
}
