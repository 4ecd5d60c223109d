using System.Management.Automation;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Remove-Item, without -Filter, -Include and -Exclude.</summary>
[Cmdlet(VerbsCommon.Remove, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
internal sealed class RemoveItemCommand : PathCommand
{
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void Process(string path)
    {
        ItemCmdletProviderIntrinsics items = InvokeProvider.Item;
        foreach (string item in Resolve(path))
        {
            if (!Recurse
                && items.IsContainer(WildcardPattern.Escape(item))
                && InvokeProvider.ChildItem.HasChild(item, Force, literalPath: true)
                && !ShouldContinue($"The item at {item} has children and the Recurse parameter was not specified. Remove all of them?", "Confirm"))
            {
                continue;
            }

            items.Remove([item], recurse: true, Force, literalPath: true);
        }
    }
}
