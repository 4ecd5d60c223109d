using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>A history in a database: what is the same in each of them.</summary>
/// <param name="writing">The connection that writes.</param>
/// <param name="reading">The connection that reads.</param>
/// <param name="writer">Writes runs.</param>
/// <param name="time">The clock that all processes of the history share.</param>
/// <param name="format">The version of the tables.</param>
internal abstract class SqlHistoryStore(ISqlSession writing, ISqlSession reading, ISqlRunWriter writer, TimeProvider time, int format) : IHistoryStore
{
    private readonly SqlReader _reader = new(reading);
    private readonly SqlLogReader _logs = new(reading);
    private IRetentionStore? _retention;

    /// <summary>The connection that writes.</summary>
    internal ISqlSession Session => writing;

    public TimeProvider Clock => time;

    public IRequestStore Requests { get; } = new SqlRequests(writing, writer, time);

    public IRetentionStore Retention => _retention ??= new SqlRetention(writing, writer, time, format, Size);

    public IProcessStore Processes { get; } = new SqlProcesses(writing, writer, time);

    public IResumeStore Resumes { get; } = new SqlResumes(writing, writer);

    public IRunKeyStore Keys { get; } = new SqlRunKeys(writing, writer);

    public IInputStore Inputs { get; } = new SqlInputs(writing, time);

    public ILimitStore Limits { get; } = new SqlLimits(writing, writer, time);

    public ICacheStore Results { get; } = new SqlResults(writing, writer, time);

    public IScheduleStore Schedules { get; } = new SqlSchedules(writing, writer, time);

    public abstract IStoreChanges Changes { get; }

    public virtual IStoreChanges SharedChanges => Changes;

    public virtual IStoreFile? File => null;

    public virtual void Write(HistoryBatch batch) => writing.InTransaction(SqlArea.Runs, () => writer.WriteInside(batch));

    public IReadOnlyList<RunSnapshot> Find(RunQuery query) => _reader.Find(query);

    public int Count(RunQuery query) => _reader.Count(query);

    public IReadOnlyList<RunSnapshot> LastOfEachFlow(int count) => _reader.LastOfEachFlow(count);

    public FlowStateRecord[] States(Guid run) => _reader.States(run);

    public EncodedValue Value(Guid run, RunValue value) => _reader.Value(run, value);

    public IReadOnlyList<FlowLogRecord> Logs(LogQuery query) => _logs.Lines(query);

    public IReadOnlyList<FlowLogRecord> StateLines(LogQuery query) => _logs.StateLines(query);

    public IReadOnlyDictionary<StateType, int> CountInside(Guid run) => _reader.CountInside(run);

    public IReadOnlyList<string> FlowNames() => _reader.FlowNames();

    public string? Script(string hash) => _reader.Script(hash);

    /// <summary>Copies all of another history to this one, which has no runs yet: all of it or nothing.</summary>
    /// <exception cref="HistoryException">There are runs here, one of the two is in use, or the copy is not whole.</exception>
    internal void CopyFrom(SqlHistoryStore source, Action<CopyProgress> tell, CancellationToken cancellationToken) =>
        new SqlCopy(source.Session, Session, tell, cancellationToken).Run(writer.ForgetNumbers);

    public abstract void Dispose();

    /// <summary>How many bytes the history has; null where that cannot be told.</summary>
    protected abstract long? Size();
}
