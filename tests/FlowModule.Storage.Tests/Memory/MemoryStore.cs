using System.Diagnostics.CodeAnalysis;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Memory;

/// <summary>A history in memory, as one process uses it. It implements all of the contract; nothing of it outlives the process.</summary>
/// <param name="database">What the processes share.</param>
[SuppressMessage("Performance", "CA1852:Seal internal types", Justification = "The engine's tests derive one from it that fails.")]
internal class MemoryStore(MemoryDatabase database) : IHistoryStore
{
    /// <summary>A number that no process has.</summary>
    internal const long NoProcess = 0;

    private readonly PolledChanges _changes = new(database.Time, () => database.Version);
    private bool _isClosed;

    internal MemoryDatabase Database => database;

    /// <summary>The number of this process, once it is registered.</summary>
    internal long Process { get; set; } = NoProcess;

    internal MemoryTables Tables
    {
        get
        {
            Require();
            return database.Tables;
        }

        set => database.Tables = value;
    }

    internal bool IsClosed => _isClosed;

    public TimeProvider Clock => database.Time;

    public IRequestStore Requests => new MemoryRequests(this);

    public virtual IRetentionStore Retention => new MemoryRetention(this);

    public virtual IProcessStore Processes => new MemoryProcesses(this);

    public IResumeStore Resumes => new MemoryResumes(this);

    public IRunKeyStore Keys => new MemoryRunKeys(this);

    public IInputStore Inputs => new MemoryQuestions(this);

    public ILimitStore Limits => new MemoryLimits(this);

    public ICacheStore Results => new MemoryResults(this);

    public IScheduleStore Schedules => new MemoryTicks(this);

    public IStoreChanges Changes => _changes;

    public virtual IStoreFile? File => null;

    public virtual void Write(HistoryBatch batch) => Change(() => new MemoryRuns(this).Write(batch));

    public IReadOnlyList<RunSnapshot> Find(RunQuery query) => new MemoryQuery(Tables).Find(query);

    public int Count(RunQuery query) => new MemoryQuery(Tables).Find(query).Count;

    public IReadOnlyList<RunSnapshot> LastOfEachFlow(int count) => new MemoryQuery(Tables).LastOfEachFlow(count);

    public FlowStateRecord[] States(Guid run) => Tables.Runs.TryGetValue(run, out MemoryRun? found) ? [.. found.States.Values] : [];

    public EncodedValue Value(Guid run, RunValue value) => Tables.Runs.TryGetValue(run, out MemoryRun? found) ? found.Values.GetValueOrDefault(value) : default;

    public string? Script(string hash) => Tables.Scripts.GetValueOrDefault(hash);

    public IReadOnlyList<FlowLogRecord> Logs(LogQuery query) => new MemoryLog(Tables).Lines(query);

    public IReadOnlyList<FlowLogRecord> StateLines(LogQuery query) => new MemoryLog(Tables).States(query);

    public IReadOnlyDictionary<StateType, int> CountInside(Guid run) => new MemoryQuery(Tables).Inside(run)
        .Where(inside => inside.Row.Id != run).CountBy(inside => inside.Snapshot.State.Type).ToDictionary();

    public IReadOnlyList<string> FlowNames() => [.. Tables.Runs.Values.Select(run => run.Row.Flow.Name)
        .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];

    public void Dispose()
    {
        _isClosed = true;
        _changes.Dispose();
        GC.SuppressFinalize(this);
    }

    internal long NextNumber()
    {
        Tables = Tables with { LastNumber = Tables.LastNumber + 1 };
        return Tables.LastNumber;
    }

    internal T Change<T>(Func<T> change)
    {
        Require();
        return database.Change(change);
    }

    internal void Change(Action change) => Change(() =>
    {
        change();
        return true;
    });

    private void Require()
    {
        if (_isClosed)
        {
            throw new HistoryException(HistoryFault.Unavailable, "The history was closed.");
        }
    }
}
