using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Flows;

namespace FlowModule.Commands;

/// <summary>Lists limits, and how many runs hold their slots or wait for them.</summary>
[Cmdlet(VerbsCommon.Get, "FlowLimit")]
[OutputType(typeof(FlowLimit))]
public sealed class GetFlowLimitCommand : SharingCommand
{
    /// <summary>Names; wildcards are allowed. None: all limits.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(FlowLimitCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            FlowLimit[] found = LimitNames.Match(Services.Limits, name);
            WriteObject(found, enumerateCollection: true);
            if (found.Length == 0 && FlowNames.Wildcard(name) is null)
            {
                WriteError(FlowException.LimitNotFound(name).ErrorRecord);
            }
        }
    }
}
