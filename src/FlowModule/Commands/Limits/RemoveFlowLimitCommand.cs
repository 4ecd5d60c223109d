using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Flows;

namespace FlowModule.Commands;

/// <summary>Removes limits. Runs that wait for one continue.</summary>
[Cmdlet(VerbsCommon.Remove, "FlowLimit", SupportsShouldProcess = true)]
public sealed class RemoveFlowLimitCommand : SharingCommand
{
    /// <summary>Names; wildcards are allowed. Limits can be piped.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FlowLimitCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            FlowLimit[] found = LimitNames.Match(Services.Limits, name);
            foreach (FlowLimit limit in found)
            {
                if (ShouldProcess(limit.Name, "Remove flow limit"))
                {
                    Services.Limits.Remove(limit.Name);
                }
            }

            if (found.Length == 0 && FlowNames.Wildcard(name) is null)
            {
                WriteError(FlowException.LimitNotFound(name).ErrorRecord);
            }
        }
    }
}
