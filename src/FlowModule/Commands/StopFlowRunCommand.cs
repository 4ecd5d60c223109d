using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine;

namespace FlowModule.Commands;

/// <summary>Cancels runs of this process, and what they have started with them.</summary>
[Cmdlet(VerbsLifecycle.Stop, "FlowRun", DefaultParameterSetName = NameSet, SupportsShouldProcess = true)]
[OutputType(typeof(FlowRun))]
public sealed class StopFlowRunCommand : FlowCommand
{
    private const string NameSet = "Name";
    private const string IdSet = "Id";
    private const string RunSet = "InputObject";

    /// <summary>Names of runs; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(FlowRunNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>Ids of runs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = IdSet)]
    [ArgumentCompleter(typeof(FlowRunNameCompleter))]
    public Guid[] Id { get; set; } = [];

    /// <summary>The runs themselves.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = RunSet)]
    [ValidateNotNull]
    public FlowRun[] InputObject { get; set; } = [];

    /// <summary>Give the runs that were told to stop.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (FlowRun run in Find())
        {
            if (ShouldProcess($"{run.FlowName} '{run.Name}'", "Stop flow run"))
            {
                run.Stop(new StopRequest(StopKind.Cancelled, "Stopped by Stop-FlowRun."));
                if (PassThru)
                {
                    WriteObject(run);
                }
            }
        }
    }

    private List<FlowRun> Find()
    {
        List<FlowRun> found = [.. InputObject];
        foreach (Guid id in Id)
        {
            AddOrReport(found, [.. ActiveRuns.All().Where(run => run.Id == id)], id.ToString(), isPattern: false);
        }

        foreach (string name in Name)
        {
            WildcardPattern? pattern = FlowNames.Wildcard(name);
            AddOrReport(
                found,
                [.. ActiveRuns.All().Where(run => string.Equals(run.Name, name, StringComparison.OrdinalIgnoreCase) || pattern?.IsMatch(run.Name) == true)],
                name,
                isPattern: pattern is not null);
        }

        return found;
    }

    private void AddOrReport(List<FlowRun> found, FlowRun[] matches, string what, bool isPattern)
    {
        found.AddRange(matches);
        if (matches.Length == 0 && !isPattern)
        {
            WriteError(new FlowException(
                $"No run '{what}' is active in this process.", "FlowRunNotFound", ErrorCategory.ObjectNotFound, what).ErrorRecord);
        }
    }
}
