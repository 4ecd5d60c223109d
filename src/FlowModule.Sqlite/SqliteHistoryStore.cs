using FlowModule.Engine;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>A history in a SQLite file. One connection writes, another reads: in a file with a write-ahead log neither waits for the other.</summary>
internal sealed class SqliteHistoryStore : IHistoryStore
{
    /// <summary>How long another process may write before that is trouble, in milliseconds.</summary>
    internal const int BusyTimeout = 60_000;

    private readonly SqliteConnection _connection;
    private readonly SqliteWriter _writer;
    private readonly SqliteReader _reader;
    private readonly SqliteLogReader _logs;
    private readonly SqliteRequests _requests;
    private readonly SqliteRetention _retention;
    private readonly SqliteProcesses _processes;
    private readonly SqliteInputs _inputs;

    /// <exception cref="HistoryException">The file cannot be opened or made.</exception>
    internal SqliteHistoryStore(string path, RunHistory history)
    {
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            _connection = connection = Connect(path);
            SqliteSchema.Apply(connection);
            _writer = new SqliteWriter(connection);
            _processes = new SqliteProcesses(connection, _writer);
            _requests = new SqliteRequests(connection, _writer, history.Time);
            _retention = new SqliteRetention(connection, _writer, history.Time);
            _inputs = new SqliteInputs(connection, _writer);
            Resumes = new SqliteResumes(connection, _writer);
            Keys = new SqliteRunKeys(connection, _writer);
            SqliteConnection reading = Connect(path);
            SqlitePattern.AddTo(reading);
            _reader = new SqliteReader(reading, history);
            _logs = new SqliteLogReader(_reader);
        }
        catch (SqliteException exception)
        {
            connection?.Dispose();
            throw SqliteFaults.Describe(path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            connection?.Dispose();
            throw new HistoryException(HistoryFault.Unavailable, $"The history '{path}' cannot be used: {exception.Message.TrimEnd('.')}.", exception);
        }
        catch (HistoryException)
        {
            connection?.Dispose();
            throw;
        }
    }

    public IRequestStore Requests => _requests;

    public IRetentionStore Retention => _retention;

    public IProcessStore Processes => _processes;

    public IResumeStore Resumes { get; }

    public IRunKeyStore Keys { get; }

    public IInputStore Inputs => _inputs;

    public void Write(IReadOnlyList<HistoryEntry> entries) => Do(() => _writer.Write(entries));

    public IReadOnlyList<FlowRunRecord> Find(RunQuery query) => Ask(() => _reader.Find(query));

    public FlowStateRecord[] States(Guid run) => Ask(() => _reader.States(run));

    public EncodedValue Value(Guid run, RunValue value) => Ask(() => _reader.Value(run, value));

    public IReadOnlyList<FlowLogRecord> Logs(LogQuery query) => Ask(() => _logs.Lines(query));

    public IReadOnlyList<FlowLogRecord> StateLines(LogQuery query) => Ask(() => _logs.StateLines(query));

    public IReadOnlyDictionary<StateType, int> CountInside(Guid run) => Ask(() => _reader.CountInside(run));

    public IReadOnlyList<string> FlowNames() => Ask(_reader.FlowNames);

    public string? Script(string hash) => Ask(() => _reader.Script(hash));

    public long ChangeNumber() => Ask(_reader.ChangeNumber);

    public bool HasChanged() => Ask(_reader.HasChanged);

    public void Dispose() => Do(() =>
    {
        _writer.Dispose();
        _requests.Dispose();
        _retention.Dispose();
        _inputs.Dispose();
        _reader.Dispose();
        _connection.Dispose();
    });

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 0 }.ToString());
        connection.Open();

        // Waiting for another process is SQLite's own business, in small steps; and what a transaction has written is safe from a
        // killed process at once, from a power failure when the log is next copied into the file.
        SqliteSchema.Run(connection, $"PRAGMA busy_timeout={BusyTimeout}; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY");
        return connection;
    }

    private void Do(Action action) => Ask(() =>
    {
        action();
        return true;
    });

    private T Ask<T>(Func<T> ask) => SqliteFaults.Guard(_connection, ask);
}
