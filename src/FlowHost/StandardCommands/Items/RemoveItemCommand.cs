using System.Management.Automation;

namespace FlowModule.FlowHost.StandardCommands;

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
        ItemCmdletProviderIntrinsics items = SessionState.InvokeProvider.Item;
        foreach (string item in Resolve(path))
        {
            if (!Recurse
                && items.IsContainer(WildcardPattern.Escape(item))
                && SessionState.InvokeProvider.ChildItem.HasChild(item, Force, literalPath: true)
                && !ShouldContinue($"The item at {item} has children and the Recurse parameter was not specified. Remove all of them?", "Confirm"))
            {
                continue;
            }

            if (ShouldProcess(item, "Remove"))
            {
                items.Remove([item], recurse: true, Force, literalPath: true);
            }
        }
    }
}
