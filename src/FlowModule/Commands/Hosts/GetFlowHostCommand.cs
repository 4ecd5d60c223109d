using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Flows;
using FlowModule.Remoting;

namespace FlowModule.Commands;

/// <summary>Lists the machines in the user's file of hosts.</summary>
[Cmdlet(VerbsCommon.Get, "FlowHost")]
[OutputType(typeof(FlowRemoteHost))]
public sealed class GetFlowHostCommand : FlowCommand
{
    /// <summary>Names; wildcards are allowed. None: all hosts.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(FlowHostCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only the hosts that have all of these tags.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FlowHostTagCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Tag { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IReadOnlyList<FlowRemoteHost> all = OrThrow(HostFile.Default.Read);
        foreach (string name in Name)
        {
            FlowRemoteHost[] found = [.. HostNames.Match(all, name)];
            WriteObject(found.Where(host => host.HasTags(Tag)), enumerateCollection: true);
            if (found.Length == 0 && FlowNames.Wildcard(name) is null)
            {
                WriteError(HostErrors.NotFound(name).ErrorRecord);
            }
        }
    }
}
