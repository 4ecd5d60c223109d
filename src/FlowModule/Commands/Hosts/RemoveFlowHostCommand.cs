using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Flows;
using FlowModule.Remoting;

namespace FlowModule.Commands;

/// <summary>Removes machines from the user's file of hosts.</summary>
[Cmdlet(VerbsCommon.Remove, "FlowHost", SupportsShouldProcess = true)]
public sealed class RemoveFlowHostCommand : FlowCommand
{
    /// <summary>Names; wildcards are allowed. Hosts can be piped.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FlowHostCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            FlowRemoteHost[] found = [.. HostNames.Match(OrThrow(HostFile.Default.Read), name)];
            foreach (FlowRemoteHost host in found.Where(host => ShouldProcess(host.Name, "Remove flow host")))
            {
                OrThrow(() =>
                {
                    HostFile.Default.Remove(host.Name);
                    return true;
                });
            }

            if (found.Length == 0 && FlowNames.Wildcard(name) is null)
            {
                WriteError(HostErrors.NotFound(name).ErrorRecord);
            }
        }
    }
}
