using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Lookup;

namespace FlowModule.Commands;

/// <summary>Base of the cmdlets that select runs from the history.</summary>
public abstract class ChosenRunsCommand : HistoryCommand
{
    private protected const string NameSet = "Name";
    private protected const string IdSet = "Id";
    private protected const string ObjectSet = "InputObject";

    private RunFinder? _finder;

    private protected ChosenRunsCommand()
    {
    }

    /// <summary>Names of runs, with or without wildcards; or ids, beginnings of ids, runs and states.</summary>
    [Parameter(Position = 0, ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(FlowRunRecordCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public object[] Name { get; set; } = [];

    /// <summary>Ids of runs, or at least their first 8 characters.</summary>
    [Parameter(Mandatory = true, ParameterSetName = IdSet)]
    [ArgumentCompleter(typeof(FlowRunRecordCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = [];

    /// <summary>Runs from Get-FlowRun, runs and states of this session, ids, or names.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ObjectSet)]
    [ValidateNotNull]
    public virtual object[] InputObject { get; set; } = [];

    private protected RunFinder Finder => _finder ??= new RunFinder(
        () => History, HistoryPath is not null, exception => WriteError(exception.ErrorRecord));

    /// <summary>The runs that the parameters and the current pipeline input name; the newest flow run if they name none.</summary>
    private protected IReadOnlyList<FlowRunRecord> ChooseRuns() => Ask<IReadOnlyList<FlowRunRecord>>(() => ParameterSetName switch
    {
        IdSet => [.. Finder.ById(Id)],
        ObjectSet => [.. Finder.ByObject(InputObject)],
        _ when Name.Length > 0 => Finder.Find(Name, new RunQuery()),
        _ => History.Newest() is { } newest ? [newest] : [],
    });
}
