using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>A history in a SQLite file. One connection writes, and another reads: with a write-ahead log, neither waits for the other.</summary>
internal sealed class SqliteHistoryStore : SqlHistoryStore, IStoreFile
{
    /// <summary>How long to wait for another process that writes before the history counts as in trouble, in milliseconds.</summary>
    internal const int BusyTimeout = 60_000;

    private readonly SqlitePlace _place;
    private readonly SqliteSession _session;
    private readonly SqliteSession _other;
    private readonly SqliteWriter _writer;
    private readonly PolledChanges _changes;

    private SqliteHistoryStore(SqlitePlace place, SqliteSession session, SqliteSession other, SqliteWriter writer, TimeProvider time)
        : base(session, other, writer, time, SqliteSchema.Version)
    {
        _place = place;
        _session = session;
        _other = other;
        _writer = writer;
        _changes = new PolledChanges(time, ChangeNumber);
    }

    /// <summary>The connection that writes.</summary>
    internal SqliteConnection Connection => _session.Connection;

    public override IStoreChanges Changes => _changes;

    public override IStoreFile File => this;

    /// <exception cref="HistoryException">The file cannot be opened or created.</exception>
    internal static SqliteHistoryStore Open(SqlitePlace place, TimeProvider time)
    {
        SqliteConnection? connection = null, other = null;
        try
        {
            connection = Connect(place.Path);
            SqliteSchema.Apply(connection);
            var session = new SqliteSession(connection);
            var writer = new SqliteWriter(session);
            other = Connect(place.Path);
            SqliteDialect.AddTo(other);
            var store = new SqliteHistoryStore(place, session, new SqliteSession(other), writer, time);

            // This also opens the log while no other process can interfere: file and log belong together.
            store.ChangeNumber();
            store.SetCheckpointOnClose(isOn: true);
            return store;
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

    public bool Shrink() => SqliteFaults.Guard(Connection, () => SqliteCheckpoint.Shrink(Connection));

    public void CheckPlace()
    {
        if (SqliteNative.HasMoved(Connection))
        {
            SetCheckpointOnClose(isOn: false);
            Complete();
            _place.Leave();
            throw new HistoryException(HistoryFault.Missing, $"The history '{_place.Path}' was deleted or replaced.");
        }
    }

    public CarriedRuns CarryOver(IHistoryStore left, IReadOnlyList<Guid> runs) =>
        SqliteFaults.Guard(((SqliteHistoryStore)left).Connection, () => SqliteCarryOver.Copy(((SqliteHistoryStore)left).Connection, _place.Path, runs));

    public void CheckWhole() => SqliteFaults.Guard(Connection, () =>
    {
        // A separate connection, because checking a large file takes a while and must not block others.
        using SqliteConnection own = Connect(_place.Path);
        return SqliteSchema.Value(own, "PRAGMA quick_check(1)") is "ok" ? true : throw new HistoryException(HistoryFault.Damaged, $"The history '{_place.Path}' is damaged.");
    });

    public void Secure() => SqliteFaults.Guard(Connection, () =>
    {
        SqliteCheckpoint.Copy(Connection);
        return true;
    });

    public string? SetAside()
    {
        // If the file was replaced, the damage is in the old file, not in the one at this path.
        bool hasMoved = SqliteNative.HasMoved(Connection);

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

    public override void Dispose() => SqliteFaults.Guard(Connection, () =>
    {
        _changes.Dispose();
        _writer.Dispose();
        _other.Dispose();
        _session.Dispose();
        return true;
    });

    protected override long? Size() =>
        new[] { _place.Path, _place.Path + "-wal", _place.Path + "-shm" }.Select(static file => new FileInfo(file)).Where(static file => file.Exists).Sum(static file => file.Length);

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
            SqliteCheckpoint.Truncate(Connection);
        }
        catch (SqliteException)
        {
            // In most cases, nobody can open the file any more.
        }
    }

    private void SetCheckpointOnClose(bool isOn)
    {
        SqliteNative.SetCheckpointOnClose(Connection, isOn);
        SqliteNative.SetCheckpointOnClose(_other.Connection, isOn);
    }

    /// <summary>Returns a new number after each change by another connection.</summary>
    private long ChangeNumber() => _other.Number("PRAGMA data_version")!.Value;
}
