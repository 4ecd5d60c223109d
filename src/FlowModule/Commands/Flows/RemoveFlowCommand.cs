using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Flows;

namespace FlowModule.Commands;

/// <summary>Removes flows from the session. Runs that have started continue.</summary>
[Cmdlet(VerbsCommon.Remove, "Flow", SupportsShouldProcess = true)]
public sealed class RemoveFlowCommand : FlowCommand
{
    /// <summary>Names; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FlowNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            Flow[] found = [.. FlowNames.Match(Context.Flows, name)];
            if (found.Length == 0 && FlowNames.Wildcard(name) is null)
            {
                WriteError(FlowException.FlowNotFound(name).ErrorRecord);
            }

            foreach (Flow flow in found)
            {
                if (ShouldProcess(flow.Name, "Remove flow"))
                {
                    Context.Flows.Remove(flow.Name);
                }
            }
        }
    }
}
