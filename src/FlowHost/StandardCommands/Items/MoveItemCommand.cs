using System.Collections.ObjectModel;
using System.Management.Automation;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>Move-Item, without -Filter, -Include and -Exclude.</summary>
[Cmdlet(VerbsCommon.Move, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
internal sealed class MoveItemCommand : PathCommand
{
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string Destination { get; set; } = ".";

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void Process(string path)
    {
        if (ShouldProcess($"Item: {path} Destination: {Destination}", "Move"))
        {
            Collection<PSObject> moved = SessionState.InvokeProvider.Item.Move([path], Destination, Force, IsLiteral);
            if (PassThru)
            {
                WriteObject(moved, enumerateCollection: true);
            }
        }
    }
}
