using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Lookup;

namespace FlowModule.Commands;

/// <summary>Shows why runs failed: the error, the run that it came from, its input, the lines of its script and its log.</summary>
[Cmdlet(VerbsCommon.Get, "FlowError", DefaultParameterSetName = NameSet)]
[OutputType(typeof(FlowError))]
public sealed class GetFlowErrorCommand : ChosenRunsCommand
{
    /// <summary>How many failures to return, the last ones first.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [ValidateRange(1, int.MaxValue)]
    public int Newest { get; set; } = 1;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == NameSet && Name.Length == 0)
        {
            WriteEach(Ask(() => FailureCause.Latest(History, Newest)).Select(FlowErrorReader.Read));
            return;
        }

        foreach (FlowRunRecord run in ParameterSetName == NameSet ? Ask(() => Name.SelectMany(Find).ToArray()) : ChooseRuns())
        {
            if (Ask(() => FailureCause.OfRun(run)) is { } failed)
            {
                WriteObject(Ask(() => FlowErrorReader.Read(failed)));
            }
            else
            {
                WriteError(LookingErrors.NotFailed(run).ErrorRecord);
            }
        }
    }

    /// <summary>The newest runs with a name. A pattern names only those that have failed.</summary>
    private IReadOnlyList<FlowRunRecord> Find(object name) => Finder.Find(
        [name], new RunQuery { States = name is string text && WildcardPattern.ContainsWildcardCharacters(text) ? FailureCause.States : [], Last = Newest });
}
