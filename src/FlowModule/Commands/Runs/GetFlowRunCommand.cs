using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Commands;

/// <summary>Lists the runs in the history, the newest first.</summary>
[Cmdlet(VerbsCommon.Get, "FlowRun", DefaultParameterSetName = NameSet)]
[OutputType(typeof(FlowRunRecord))]
public sealed class GetFlowRunCommand : ChosenRunsCommand
{
    /// <summary>How many runs are returned if the call does not say how many.</summary>
    private const int Few = 20;

    /// <summary>Names of the flows or tasks of the runs; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(RecordedFlowCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Flow { get; set; } = [];

    /// <summary>Names or types of states; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(StateNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ValidateStateName]
    public string[] State { get; set; } = [];

    /// <summary>Names of the scheduled flows that started the runs; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(FlowRegistrationCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Schedule { get; set; } = [];

    /// <summary>Only runs that were created since then: a time, or an age.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [TimeAgo]
    public DateTimeOffset? Since { get; set; }

    /// <summary>The number of runs to return, the newest ones.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? Last { get; set; }

    /// <summary>All runs, not only the newest.</summary>
    [Parameter(ParameterSetName = NameSet)]
    public SwitchParameter All { get; set; }

    /// <summary>Runs of flows that have all of these tags; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(FlowTagCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Tag { get; set; } = [];

    /// <summary>The run that started them: the run, its id, or its name.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(FlowRunRecordCompleter))]
    [ValidateNotNull]
    public object? Parent { get; set; }

    /// <summary>Runs of flows, of subflows, or of tasks, or ad hoc runs.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [ValidateNotNullOrEmpty]
    public RunKind[] Kind { get; set; } = [];

    /// <summary>Whether to return each run with all runs inside it, children after their parent.</summary>
    [Parameter]
    public SwitchParameter Tree { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IReadOnlyList<FlowRunRecord> runs = ParameterSetName == NameSet ? Find() : ChooseRuns();
        foreach (FlowRunRecord run in runs)
        {
            WriteObject(Tree ? Ask(() => run.History.Tree(run.Id)) : run, enumerateCollection: true);
        }
    }

    private IReadOnlyList<FlowRunRecord> Find()
    {
        if (All && Last is not null)
        {
            ThrowTerminatingError(FlowException.InvalidParameter("-All returns all runs, -Last some of them: use one of the two.", "FlowLastWithAll", Last).ErrorRecord);
        }

        bool isChosen = Name.Length > 0 || Flow.Length > 0 || Tag.Length > 0 || Schedule.Length > 0 || Parent is not null;
        bool isLimited = !isChosen && State.Length == 0 && Since is null && !All;
        return Ask<IReadOnlyList<FlowRunRecord>>(() =>
        {
            FlowRunRecord? parent = Parent is null ? null : Finder.ByObject([Parent]).FirstOrDefault();
            return Parent is not null && parent is null
                ? []
                : FindNamed((Kind.Length > 0 || isChosen ? new RunQuery { Kinds = Kind } : RunQuery.OfOutermost) with
                {
                    FlowNames = Flow,
                    States = State,
                    Tags = Tag,
                    Schedules = Schedule,
                    Parent = parent?.Id,
                    Since = Since,
                    Last = Last ?? (isLimited ? Few : null),
                });
        });
    }

    private IReadOnlyList<FlowRunRecord> FindNamed(RunQuery query) => Name.Length > 0 ? Finder.Find(Name, query) : History.Find(query);
}
