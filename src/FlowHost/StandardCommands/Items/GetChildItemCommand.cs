using System.Management.Automation;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Get-ChildItem, without -Include, -Exclude, -Attributes and -FollowSymlink.</summary>
[Cmdlet(VerbsCommon.Get, "ChildItem", DefaultParameterSetName = "Path")]
internal sealed class GetChildItemCommand : PathCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    public override string[] Path { get; set; } = [string.Empty];

    [Parameter(Position = 1)]
    public string? Filter { get; set; }

    [Parameter]
    [Alias("s", "r")]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public uint? Depth { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter Name { get; set; }

    [Parameter]
    public SwitchParameter File { get; set; }

    [Parameter]
    [Alias("ad")]
    public SwitchParameter Directory { get; set; }

    protected override void Process(string path)
    {
        // The provider skips the hidden ones by itself; what it cannot read it reports as errors of its own.
        bool recurse = Recurse || Depth is not null;
        WildcardPattern? filter = string.IsNullOrEmpty(Filter) ? null : WildcardPattern.Get(Filter, WildcardOptions.IgnoreCase);
        foreach (PSObject item in InvokeProvider.ChildItem.Get([path], recurse, Depth ?? uint.MaxValue, Force, IsLiteral))
        {
            string? name = item.Properties["PSChildName"]?.Value as string;
            bool isContainer = item.Properties["PSIsContainer"]?.Value is true;
            if ((filter is null || filter.IsMatch(name)) && (!File || !isContainer) && (!Directory || isContainer))
            {
                WriteObject(Name ? name : item);
            }
        }
    }
}
