using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.History;
using FlowModule.Lookup;

namespace FlowModule.Commands;

/// <summary>Compares two runs: parameters, script, states, durations, and what is inside of them.</summary>
[Cmdlet(VerbsData.Compare, "FlowRun")]
[OutputType(typeof(FlowRunDifference))]
public sealed class CompareFlowRunCommand : HistoryCommand
{
    /// <summary>The run to compare with: the run, its id, or its name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(FlowRunRecordCompleter))]
    [ValidateNotNull]
    public object ReferenceRun { get; set; } = null!;

    /// <summary>The run that is compared: the run, its id, or its name.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ArgumentCompleter(typeof(FlowRunRecordCompleter))]
    [ValidateNotNull]
    public object DifferenceRun { get; set; } = null!;

    /// <summary>Give also what is equal.</summary>
    [Parameter]
    public SwitchParameter IncludeEqual { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        FlowRunRecord reference = Find(ReferenceRun);
        FlowRunRecord difference = Find(DifferenceRun);
        WriteObject(Ask(() => RunComparison.Of(reference, difference)).Where(found => IncludeEqual || found.IsDifferent), enumerateCollection: true);
    }

    /// <summary>The run, of several with its name the newest: without both there is nothing to compare.</summary>
    private FlowRunRecord Find(object what)
    {
        var finder = new RunFinder(() => History, HistoryPath is not null, exception => ThrowTerminatingError(exception.ErrorRecord));
        return Ask(() => finder.ByObject([what]).FirstOrDefault() ?? throw LookingErrors.RunNotFound(what.ToString()!, History));
    }
}
