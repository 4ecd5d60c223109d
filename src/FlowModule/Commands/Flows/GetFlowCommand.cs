using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Flows;

namespace FlowModule.Commands;

/// <summary>Lists the flows of this session.</summary>
[Cmdlet(VerbsCommon.Get, "Flow")]
[OutputType(typeof(Flow))]
public sealed class GetFlowCommand : FlowCommand
{
    /// <summary>Names; wildcards are allowed. None: all flows.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(FlowNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Flows that have all of these tags.</summary>
    [Parameter]
    [ValidateNotNull]
    public string[] Tag { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            Flow[] found = [.. FlowNames.Match(Context.Flows, name).Where(flow => Tag.All(tag => flow.Tag.Contains(tag, StringComparer.OrdinalIgnoreCase)))];
            WriteObject(found, enumerateCollection: true);
            if (found.Length == 0 && FlowNames.Wildcard(name) is null)
            {
                WriteError(FlowException.FlowNotFound(name).ErrorRecord);
            }
        }
    }
}
