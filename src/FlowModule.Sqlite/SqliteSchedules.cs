using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>The ticks of scheduled flows, on the connection that writes.</summary>
internal sealed class SqliteSchedules(SqliteConnection connection, SqliteWriter writer) : IScheduleStore, IDisposable
{
    internal const string Tables =
        """
        CREATE TABLE tick(
            id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, name TEXT NOT NULL, time INTEGER NOT NULL, missed INTEGER NOT NULL, manual INTEGER NOT NULL,
            process INTEGER NOT NULL, script INTEGER, script_birth INTEGER, over INTEGER NOT NULL, type INTEGER NOT NULL, state TEXT, message TEXT,
            started INTEGER, ended INTEGER, exit_code INTEGER NOT NULL, late INTEGER NOT NULL, log TEXT, stop TEXT);
        CREATE UNIQUE INDEX tick_time ON tick(key, time);
        CREATE INDEX tick_open ON tick(key, id) WHERE over = 0;
        """;

    private const string Columns =
        "SELECT id, name, time, missed, manual, process, script, script_birth, type, state, message, started, ended, exit_code, late, log FROM tick";

    private readonly SqliteStatements _sql = new(connection);

    public void InTransaction(Action action) => SqliteFaults.Guard(connection, () =>
    {
        writer.InTransaction(action);
        return true;
    });

    public TickRow? Find(string name, DateTimeOffset time) => Query($"{Columns} WHERE key = $1 AND time = $2", KeyOf(name), time) is [var tick] ? tick : null;

    public TickRow? Find(long id) => Query($"{Columns} WHERE id = $1", id) is [var tick] ? tick : null;

    public IReadOnlyList<TickRow> Open(string name) => Query($"{Columns} WHERE key = $1 AND over = 0 ORDER BY id", KeyOf(name));

    public IReadOnlyList<TickRow> Open() => Query($"{Columns} WHERE over = 0 ORDER BY id");

    public IReadOnlyList<TickRow> Last(string name, int count) => Query($"{Columns} WHERE key = $1 ORDER BY time DESC LIMIT $2", KeyOf(name), count);

    public IReadOnlyList<string> Names() => _sql.Query("SELECT max(name) FROM tick GROUP BY key ORDER BY key", static row => row.GetString(0));

    public DateTimeOffset? LastTime(string name, DateTimeOffset before) =>
        _sql.Scalar("SELECT max(time) FROM tick WHERE key = $1 AND manual = 0 AND time < $2", KeyOf(name), before) is long time ? SqliteTime.To(time) : null;

    public long Add(TickRow tick) => (long)_sql.Scalar(
        """
        INSERT INTO tick(key, name, time, missed, manual, process, over, type, state, message, started, ended, exit_code, late, log)
        VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id
        """,
        KeyOf(tick.Name), tick.Name, tick.Time, tick.IsMissed, tick.IsManual, writer.Process, !tick.IsOpen, tick.State, tick.StateName, tick.Message,
        tick.StartTime, tick.EndTime, tick.ExitCode, tick.IsLate, tick.LogPath)!;

    public bool Change(TickRow tick) => _sql.Run(
        """
        UPDATE tick SET script = $2, script_birth = $3, over = $4, type = $5, state = $6, message = $7, started = $8, ended = $9, exit_code = $10, late = $11, log = $12
        WHERE id = $1 AND over = 0
        """,
        tick.Id, tick.Script?.ProcessId, tick.Script?.Birth, !tick.IsOpen, tick.State, tick.StateName, tick.Message,
        tick.StartTime, tick.EndTime, tick.ExitCode, tick.IsLate, tick.LogPath) == 1

        // If the file was replaced, a missing row does not mean that the tick is over. But another process may have claimed it in the new file.
        || Find(tick.Name, tick.Time) is null;

    public void Release(long id) => _sql.Run("UPDATE tick SET process = $2 WHERE id = $1 AND over = 0", id, SqliteWriter.NoProcess);

    public void Remove(long id) => _sql.Run("DELETE FROM tick WHERE id = $1 AND over = 0", id);

    public void AskToStop(long id, string reason) => _sql.Run("UPDATE tick SET stop = $2 WHERE id = $1 AND over = 0", id, reason);

    public IReadOnlyList<(long Id, string Reason)> Stops() => _sql.Query(
        "SELECT id, stop FROM tick WHERE over = 0 AND stop IS NOT NULL AND process = $1", static row => (row.GetInt64(0), row.GetString(1)), writer.ProcessOrNone);

    public void RemoveOld(DateTimeOffset before) => _sql.Run(
        """
        DELETE FROM tick WHERE over = 1 AND ended < $1
            AND time < (SELECT max(time) FROM tick AS other WHERE other.key = tick.key AND other.manual = 0)
        """,
        before);

    public void Dispose() => _sql.Dispose();

    // Names ignore case, also beyond ASCII, where SQLite does not know the case.
    private static string KeyOf(string name) => name.ToUpperInvariant();

    private IReadOnlyList<TickRow> Query(string sql, params ReadOnlySpan<object?> values) => _sql.Query(sql, Read, values);

    private TickRow Read(SqliteDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Name = row.GetString(1),
        Time = row.Time(2)!.Value,
        IsMissed = row.GetBoolean(3),
        IsManual = row.GetBoolean(4),
        Process = row.GetInt64(5),
        IsOwn = row.GetInt64(5) is var process && process != SqliteWriter.NoProcess && process == writer.ProcessOrNone,
        Script = row.IsDBNull(6) ? null : new TickProcess(row.GetInt32(6), row.GetInt64(7)),
        State = (StateType)row.GetInt32(8),
        StateName = row.Text(9),
        Message = row.Text(10),
        StartTime = row.Time(11),
        EndTime = row.Time(12),
        ExitCode = row.GetInt32(13),
        IsLate = row.GetBoolean(14),
        LogPath = row.Text(15),
    };
}
