using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Lookup;

namespace FlowModule.Commands;

/// <summary>Compares two runs: parameters, script, states, durations, and the runs inside them.</summary>
[Cmdlet(VerbsData.Compare, "FlowRun")]
[OutputType(typeof(FlowRunDifference))]
public sealed class CompareFlowRunCommand : HistoryCommand
{
    /// <summary>The run to compare with: the run, its id, or its name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(FlowRunRecordCompleter))]
    [ValidateNotNull]
    public object ReferenceRun { get; set; } = null!;

    /// <summary>The run to compare: the run, its id, or its name.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ArgumentCompleter(typeof(FlowRunRecordCompleter))]
    [ValidateNotNull]
    public object DifferenceRun { get; set; } = null!;

    /// <summary>Whether to return equal values too.</summary>
    [Parameter]
    public SwitchParameter IncludeEqual { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        FlowRunRecord reference = Find(ReferenceRun);
        FlowRunRecord difference = Find(DifferenceRun);
        WriteObject(Ask(() => RunComparison.Of(reference, difference)).Where(found => IncludeEqual || found.IsDifferent), enumerateCollection: true);
    }

    /// <summary>The run, or the newest of several with its name. A missing run ends the command, because there is nothing to compare.</summary>
    private FlowRunRecord Find(object what)
    {
        var finder = new RunFinder(() => History, HistoryPath is not null, exception => ThrowTerminatingError(exception.ErrorRecord));
        return Ask(() => finder.ByObject([what]).FirstOrDefault() ?? throw LookingErrors.RunNotFound(what.ToString()!, History));
    }
}
