using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>A history in a SQLite file. One connection writes, and another reads: with a write-ahead log, neither waits for the other.</summary>
internal sealed class SqliteHistoryStore : IHistoryStore, IStoreFile
{
    /// <summary>How long to wait for another process that writes before the history counts as in trouble, in milliseconds.</summary>
    internal const int BusyTimeout = 60_000;

    private readonly SqlitePlace _place;
    private readonly SqliteConnection _connection;
    private readonly SqliteConnection _other;
    private readonly SqliteWriter _writer;
    private readonly SqliteReader _reader;
    private readonly SqliteLogReader _logs;
    private readonly SqliteRequests _requests;
    private readonly SqliteRetention _retention;
    private readonly SqliteProcesses _processes;
    private readonly SqliteInputs _inputs;
    private readonly Lazy<SqliteLimits> _limits;
    private readonly Lazy<SqliteResults> _results;
    private readonly Lazy<SqliteSchedules> _schedules;
    private readonly PolledChanges _changes;
    private volatile bool _isClosed;

    /// <exception cref="HistoryException">The file cannot be opened or created.</exception>
    internal SqliteHistoryStore(SqlitePlace place, TimeProvider time)
    {
        _place = place;
        SqliteConnection? connection = null, other = null;
        try
        {
            _connection = connection = Connect(place.Path);
            SqliteSchema.Apply(connection);
            _writer = new SqliteWriter(connection);
            _processes = new SqliteProcesses(connection, _writer);
            _requests = new SqliteRequests(connection, _writer, time);
            _retention = new SqliteRetention(connection, _writer, time);
            _inputs = new SqliteInputs(connection, _writer);
            Resumes = new SqliteResumes(connection, _writer);
            Keys = new SqliteRunKeys(connection, _writer);
            _other = other = Connect(place.Path);
            SqlitePattern.AddTo(other);
            _reader = new SqliteReader(other);
            _logs = new SqliteLogReader(_reader);
            _changes = new PolledChanges(time, () => Ask(_reader.ChangeNumber));

            _limits = new(() => new SqliteLimits(connection, _writer, time));
            _results = new(() => new SqliteResults(connection, _writer));
            _schedules = new(() => new SqliteSchedules(connection, _writer));

            // This also opens the log while no other process can interfere: file and log belong together.
            _reader.ChangeNumber();
            SetCheckpointOnClose(isOn: true);
        }
        catch (Exception exception)
        {
            other?.Dispose();
            connection?.Dispose();
            if (exception is SqliteException fault)
            {
                throw SqliteFaults.Describe(place.Path, fault);
            }

            throw;
        }
    }

    /// <summary>The connection that writes.</summary>
    internal SqliteConnection Connection => _connection;

    public IRequestStore Requests => _requests;

    public IRetentionStore Retention => _retention;

    public IProcessStore Processes => _processes;

    public IResumeStore Resumes { get; }

    public IRunKeyStore Keys { get; }

    public IInputStore Inputs => _inputs;

    public ILimitStore Limits => _limits.Value;

    public IResultRows Results => _results.Value;

    public IScheduleStore Schedules => _schedules.Value;

    public void Write(HistoryBatch batch) => Do(() => _writer.Write(batch));

    public IReadOnlyList<RunSnapshot> Find(RunQuery query) => Ask(() => _reader.Find(query));

    public int Count(RunQuery query) => Ask(() => _reader.Count(query));

    public IReadOnlyList<RunSnapshot> LastOfEachFlow(int count) => Ask(() => _reader.LastOfEachFlow(count));

    public FlowStateRecord[] States(Guid run) => Ask(() => _reader.States(run));

    public EncodedValue Value(Guid run, RunValue value) => Ask(() => _reader.Value(run, value));

    public IReadOnlyList<FlowLogRecord> Logs(LogQuery query) => Ask(() => _logs.Lines(query));

    public IReadOnlyList<FlowLogRecord> StateLines(LogQuery query) => Ask(() => _logs.StateLines(query));

    public IReadOnlyDictionary<StateType, int> CountInside(Guid run) => Ask(() => _reader.CountInside(run));

    public IReadOnlyList<string> FlowNames() => Ask(_reader.FlowNames);

    public string? Script(string hash) => Ask(() => _reader.Script(hash));

    public IStoreChanges Changes => _changes;

    public IStoreFile File => this;

    public bool Shrink() => _retention.Shrink();

    public void CheckPlace()
    {
        if (SqliteNative.HasMoved(_connection))
        {
            SetCheckpointOnClose(isOn: false);
            Complete();
            _place.Leave();
            throw new HistoryException(HistoryFault.Missing, $"The history '{_place.Path}' was deleted or replaced.");
        }
    }

    public CarriedRuns CarryOver(IHistoryStore left, IReadOnlyList<Guid> runs) =>
        ((SqliteHistoryStore)left).Ask(() => SqliteCarryOver.Copy(((SqliteHistoryStore)left)._connection, _place.Path, runs));

    public void CheckWhole() => SqliteFaults.Guard(_connection, () =>
    {
        // A separate connection, because checking a large file takes a while and must not block others.
        using SqliteConnection own = Connect(_place.Path);
        return SqliteSchema.Value(own, "PRAGMA quick_check(1)") is "ok" ? true : throw new HistoryException(HistoryFault.Damaged, $"The history '{_place.Path}' is damaged.");
    });

    public void Secure() => Do(() => SqliteCheckpoint.Copy(_connection));

    public string? SetAside()
    {
        // If the file was replaced, the damage is in the old file, not in the one at this path.
        bool hasMoved = SqliteNative.HasMoved(_connection);

        // The log stays with the damaged file.
        SetCheckpointOnClose(isOn: false);
        try
        {
            Dispose();
        }
        catch (HistoryException)
        {
            // The file is damaged: closing it may fail.
        }

        if (hasMoved)
        {
            _place.Leave();
            return null;
        }

        return _place.SetAside();
    }

    public void Dispose() => Do(() =>
    {
        _isClosed = true;
        _changes.Dispose();
        _writer.Dispose();
        _requests.Dispose();
        _retention.Dispose();
        _inputs.Dispose();
        _reader.Dispose();
        if (_limits.IsValueCreated)
        {
            _limits.Value.Dispose();
        }

        if (_results.IsValueCreated)
        {
            _results.Value.Dispose();
        }

        if (_schedules.IsValueCreated)
        {
            _schedules.Value.Dispose();
        }

        _connection.Dispose();
    });

    /// <summary>Opens a connection that by default does not change the file when it closes.</summary>
    internal static SqliteConnection Connect(string path, SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 0, Mode = mode }.ToString());
        try
        {
            connection.Open();
            SqliteNative.SetCheckpointOnClose(connection, isOn: false);

            // SQLite itself waits for other processes, in small steps. A written transaction survives a killed process at once, and a power
            // failure after the next checkpoint.
            SqliteSchema.Run(connection, $"PRAGMA busy_timeout={BusyTimeout}; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Copies the log into the file. The file may have been renamed, and then its log, which keeps the old name, would be lost.</summary>
    private void Complete()
    {
        try
        {
            SqliteCheckpoint.Truncate(_connection);
        }
        catch (SqliteException)
        {
            // In most cases, nobody can open the file any more.
        }
    }

    private void SetCheckpointOnClose(bool isOn)
    {
        SqliteNative.SetCheckpointOnClose(_connection, isOn);
        SqliteNative.SetCheckpointOnClose(_other, isOn);
    }

    private void Do(Action action) => Ask(() =>
    {
        action();
        return true;
    });

    private T Ask<T>(Func<T> ask)
    {
        try
        {
            return SqliteFaults.Guard(_connection, ask);
        }
        catch (InvalidOperationException exception) when (_isClosed)
        {
            throw new HistoryException(HistoryFault.Unavailable, $"The history '{_place.Path}' was closed.", exception);
        }
    }
}
