using System.Collections.ObjectModel;
using System.Management.Automation;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>Copy-Item, without sessions, -Filter, -Include and -Exclude.</summary>
[Cmdlet(VerbsCommon.Copy, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
internal sealed class CopyItemCommand : PathCommand
{
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string Destination { get; set; } = ".";

    [Parameter]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void Process(string path)
    {
        if (ShouldProcess($"Item: {path} Destination: {Destination}", "Copy"))
        {
            Collection<PSObject> copies = SessionState.InvokeProvider.Item.Copy(
                [path], Destination, Recurse, CopyContainers.CopyTargetContainer, Force, IsLiteral);
            if (PassThru)
            {
                WriteObject(copies, enumerateCollection: true);
            }
        }
    }
}
