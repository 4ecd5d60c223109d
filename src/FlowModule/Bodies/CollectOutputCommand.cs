using System.Management.Automation;

namespace FlowModule.Bodies;

/// <summary>Adds its pipeline input to a list of the caller, item by item.</summary>
[Cmdlet(VerbsData.Save, "FlowBodyOutput")]
internal sealed class CollectOutputCommand : PSCmdlet
{
    internal static readonly CmdletInfo Info = new("Save-FlowBodyOutput", typeof(CollectOutputCommand));

    [Parameter(Mandatory = true, Position = 0)]
    public OutputList Output { get; set; } = null!;

    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    protected override void ProcessRecord() => Output.Items.Add(InputObject!);

    /// <summary>A list that parameter binding does not unroll.</summary>
    internal sealed class OutputList
    {
        internal List<PSObject> Items { get; } = [];
    }
}
