using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Tasks;
using FlowModule.History;

namespace FlowModule.Stored;

/// <summary>A run from the history that another run takes over.</summary>
/// <param name="record">The run.</param>
/// <param name="goesOn">Whether the same run continues; otherwise only completed parts are taken over, and the run itself does not change.</param>
internal sealed class StoredRun(FlowRunRecord record, bool goesOn) : IStoredRun
{
    private string? _notKept;

    public string Key => StartIdentity.KeyIn(record.Key);

    public string Name => StartIdentity.NameOf(record.Kind, record.FlowName);

    public ReadOnlyMemory<byte> Marks => StartIdentity.MarksIn(record.Key);

    public string? WhyAgain => IsCompleted
        ? $"it completed, but its result was not kept. {_notKept}"
        : record.State.Name == StateNames.RolledBack ? "it was undone."
        : record.State.Name == StateNames.RollbackFailed ? "its rollback failed, so it may be half undone." : $"it had not completed: it was {record.State.Name}.";

    public bool IsCompleted => record.State is { Type: StateType.Completed, Name: not (StateNames.RolledBack or StateNames.RollbackFailed) };

    internal bool GoesOn => goesOn;

    internal FlowRunRecord Stored => record;

    /// <summary>The identity of the run that continues; null for a new run.</summary>
    internal EarlierRun? Identity => goesOn ? IdentityOf(record) : null;

    internal static EarlierRun IdentityOf(FlowRunRecord record) => new(record.Id, record.StartTime is null ? record.Attempt - 1 : record.Attempt);

    /// <summary>The runs that a run has started, in order.</summary>
    /// <exception cref="FlowException">The history cannot be read.</exception>
    internal static IEnumerable<IStoredRun> Inside(FlowRunRecord parent, bool goesOn) =>
        HistoryAccess.Read(parent.History, history => history.Find(new RunQuery { Parent = parent.Id }))
            .Where(static run => run.Key is not null)
            .Reverse()
            .Select(run => new StoredRun(run, goesOn));

    /// <exception cref="FlowException">The history cannot be read.</exception>
    public FlowState? Recall()
    {
        try
        {
            return HistoryAccess.Read(record.History, history => new StoredStates(history).Of(record, out _notKept));
        }
        catch (FormatException exception)
        {
            _notKept = exception.Message;
            return null;
        }
    }

    public IEnumerable<IStoredRun> Children() => Inside(record, goesOn);

    /// <summary>The recording of the run that takes this one over.</summary>
    internal RunRecording Record(RunHistory history, FlowRun run, byte[]? key)
    {
        return new RunRecording(history, run)
        {
            Key = key,

            // The first state, in which every run is created, is already there.
            EarlierStates = goesOn ? record.StateCount - 1 : 0,
            IsElsewhere = goesOn && run.StandsForEarlier,
        };
    }
}
