using System.Management.Automation;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>Get-Item.</summary>
[Cmdlet(VerbsCommon.Get, "Item", DefaultParameterSetName = "Path")]
internal sealed class GetItemCommand : PathCommand
{
    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void Process(string path) =>
        WriteObject(SessionState.InvokeProvider.Item.Get([path], Force, IsLiteral), enumerateCollection: true);
}
