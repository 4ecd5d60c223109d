using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Lookup;

namespace FlowModule.Commands;

/// <summary>Removes ended runs from the history, with all runs inside them.</summary>
[Cmdlet(VerbsCommon.Remove, "FlowRun", DefaultParameterSetName = NameSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
public sealed class RemoveFlowRunCommand : ChosenRunsCommand, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<FlowRunRecord> _chosen = [];

    /// <summary>Runs that were created before a time, or are older than an age.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [TimeAgo]
    public DateTimeOffset? OlderThan { get; set; }

    /// <summary>Runs in these states, by name or type; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(StateNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ValidateStateName]
    public string[] State { get; set; } = [];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (ParameterSetName == NameSet && Name.Length == 0 && OlderThan is null && State.Length == 0)
        {
            ThrowTerminatingError(FlowException.InvalidParameter(
                "Say which runs to remove: by name, by id, by -OlderThan, by -State, or pipe them.", "FlowRunMissing", target: null).ErrorRecord);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (FlowRunRecord run in ParameterSetName == NameSet ? Find() : ChooseRuns())
        {
            if (!run.IsOver)
            {
                WriteError(LookingErrors.NotOverYet(run).ErrorRecord);
            }
            else if (ShouldProcess($"{run.FlowName} '{run.Name}' of {run.CreatedTime:yyyy-MM-dd HH:mm:ss}", "Remove flow run"))
            {
                _chosen.Add(run);
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (IGrouping<RunHistory, FlowRunRecord> runs in _chosen.GroupBy(run => run.History))
        {
            Guid[] ids = [.. runs.Select(run => run.Id).Distinct()];
            Ask(() => runs.Key.Delete(ids, _stop.Token));
            if (!_stop.IsCancellationRequested)
            {
                ReportLeft(runs.Key, ids);
            }
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>A named run that cannot be removed is reported. Selection by age or state only covers ended runs.</summary>
    private IReadOnlyList<FlowRunRecord> Find()
    {
        var query = new RunQuery { States = State, Before = OlderThan, OnlyTop = Name.Length == 0 };
        return Ask<IReadOnlyList<FlowRunRecord>>(() => Name.Length > 0 ? Finder.Find(Name, query) : [.. History.Find(query).Where(run => run.IsOver)]);
    }

    /// <summary>A run stays if one inside it has not ended.</summary>
    private void ReportLeft(RunHistory history, Guid[] ids)
    {
        foreach (Guid[] some in ids.Chunk(100))
        {
            foreach (FlowRunRecord left in Ask(() => history.Find(new RunQuery { Ids = some })))
            {
                WriteError(LookingErrors.NotOverYet(left).ErrorRecord);
            }
        }
    }
}
