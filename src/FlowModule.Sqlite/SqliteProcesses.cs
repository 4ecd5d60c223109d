using System.Reflection;
using FlowModule.Engine.States;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>The processes that have written to the file, on the connection that writes.</summary>
internal sealed class SqliteProcesses(SqliteConnection connection, SqliteWriter writer) : IProcessStore
{
    internal const string Tables =
        """
        CREATE TABLE process(
            id INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, machine TEXT NOT NULL, pid INTEGER NOT NULL, space TEXT NOT NULL, birth INTEGER NOT NULL,
            started INTEGER NOT NULL, has_lock INTEGER NOT NULL, version TEXT NOT NULL, registered INTEGER NOT NULL, heartbeat INTEGER NOT NULL,
            ended INTEGER, kill_reason TEXT);
        CREATE INDEX process_open ON process(id) WHERE ended IS NULL;
        CREATE TABLE hook(run BLOB PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
        """;

    private const string Columns = "SELECT id, key, machine, pid, space, birth, started, has_lock, heartbeat, ended, kill_reason FROM process";

    // A run that waits for a person needs no process.
    private static readonly string IsLeft = $"over = 0 AND NOT (type = {(int)StateType.Paused} AND coalesce(state, '') = '{StateNames.Suspended}')";

    private static readonly string IsCrashed = $"run IN (SELECT hook.run FROM hook JOIN run ON run.id = hook.run WHERE run.over = 1 AND run.type = {(int)StateType.Crashed})";

    private static readonly string Version =
        typeof(FlowRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public long Register(ProcessIdentity identity, DateTimeOffset now) => Guard(() =>
    {
        using SqliteCommand insert = Command(
            """
            INSERT INTO process(key, machine, pid, space, birth, started, has_lock, version, registered, heartbeat)
            VALUES($key, $machine, $pid, $space, $birth, $started, $lock, $version, $now, $now)
            ON CONFLICT(key) DO UPDATE SET heartbeat = excluded.heartbeat, ended = NULL RETURNING id
            """,
            ("$key", identity.Key.Bytes()), ("$machine", identity.Machine), ("$pid", identity.ProcessId), ("$space", identity.Space), ("$birth", identity.Birth),
            ("$started", SqliteTime.From(identity.StartTime)), ("$lock", identity.HasLock), ("$version", Version), ("$now", SqliteTime.From(now)));
        return writer.Process = (long)insert.ExecuteScalar()!;
    });

    public bool Beat(DateTimeOffset now) => Guard(() =>
    {
        using SqliteCommand beat = Command(
            "UPDATE process SET heartbeat = $now WHERE id = $process AND ended IS NULL", ("$now", SqliteTime.From(now)), ("$process", writer.Process));
        return beat.ExecuteNonQuery() == 1;
    });

    public void End(DateTimeOffset now, bool hasRecorded) => Guard(() =>
    {
        using SqliteCommand end = Command(
            hasRecorded ? "UPDATE process SET heartbeat = max(heartbeat, $now), ended = max(heartbeat, $now) WHERE id = $process" : "DELETE FROM process WHERE id = $process",
            ("$now", SqliteTime.From(now)), ("$process", writer.Process));
        return end.ExecuteNonQuery();
    });

    public IReadOnlyList<ProcessRecord> Open() => Guard(() => Read(
        $"{Columns} WHERE id IN (SELECT id FROM process WHERE ended IS NULL UNION SELECT process FROM run WHERE {IsLeft}) AND id <> $process", ("$process", writer.ProcessOrNone)));

    public ProcessRecord? Find(long number) => Guard(() => Read($"{Columns} WHERE id = $process", ("$process", number))) is [var process] ? process : null;

    public ProcessRecord? Of(Guid run) =>
        Guard(() => Read($"{Columns} WHERE id = (SELECT process FROM run WHERE id = $run)", ("$run", run.Bytes()))) is [var process] ? process : null;

    public void NoteKill(long number, string? reason) => Guard(() =>
    {
        using SqliteCommand note = Command("UPDATE process SET kill_reason = $reason WHERE id = $process", ("$reason", (object?)reason ?? DBNull.Value), ("$process", number));
        return note.ExecuteNonQuery();
    });

    public IReadOnlyList<Guid> EndRuns(ProcessRecord process, StateType type, Func<DateTimeOffset, string> describe) => Guard(() =>
    {
        List<Guid> ended = [];
        writer.InTransaction(() =>
        {
            // Another process may have ended the runs, or this process is alive and has just recorded a heartbeat.
            if (Find(process.Number) is not { } now || now.Heartbeat != process.Heartbeat || now.EndTime != process.EndTime)
            {
                return;
            }

            long seen = LastSign(process.Number);
            ended = RunsOf(process.Number);
            if (ended.Count > 0)
            {
                EndRuns(process.Number, type, seen, describe(SqliteTime.To(seen)));
            }

            Run("UPDATE process SET ended = coalesce(ended, $seen) WHERE id = $process", ("$seen", seen), ("$process", process.Number));
        });
        return ended;
    });

    public CrashHook? TakeHook() => Guard(() => AnyHook() ? Take() : null);

    /// <summary>The last sign of life of a process with unfinished runs: at least as late as the last state of these runs.</summary>
    private long LastSign(long process)
    {
        using SqliteCommand last = Command(
            $"""
            SELECT max(
                (SELECT max(heartbeat, coalesce(ended, 0)) FROM process WHERE id = $process),
                coalesce((SELECT max(changed) FROM run WHERE process = $process AND {IsLeft}), 0),
                coalesce((SELECT max(time) FROM log WHERE id IN
                    (SELECT (SELECT max(log.id) FROM log WHERE log.run = run.id) FROM run WHERE process = $process AND {IsLeft})), 0))
            """,
            ("$process", process));
        return (long)last.ExecuteScalar()!;
    }

    private void EndRuns(long process, StateType type, long time, string message)
    {
        (string, object)[] values = [("$process", process), ("$type", (int)type), ("$time", time), ("$message", message)];
        string runs = $"process = $process AND {IsLeft}";
        Run($"INSERT OR REPLACE INTO state(run, number, time, type, message) SELECT id, states, $time, $type, $message FROM run WHERE {runs}", values);
        Run($"DELETE FROM request WHERE run IN (SELECT id FROM run WHERE {runs})", values[0]);
        if (type != StateType.Crashed)
        {
            Run($"DELETE FROM hook WHERE run IN (SELECT id FROM run WHERE {runs})", values[0]);
        }

        Run(
            $"UPDATE run SET over = 1, type = $type, state = NULL, message = $message, changed = $time, ended = $time, due = NULL, states = states + 1 WHERE {runs}",
            values);
    }

    private List<Guid> RunsOf(long process)
    {
        using SqliteCommand select = Command($"SELECT id FROM run WHERE process = $process AND {IsLeft} ORDER BY id", ("$process", process));
        return select.Rows(static row => row.Id(0));
    }

    private bool AnyHook()
    {
        // Usually there is no hook, and then no write is needed.
        using SqliteCommand any = Command($"SELECT 1 FROM hook WHERE {IsCrashed} LIMIT 1");
        return any.ExecuteScalar() is not null;
    }

    private CrashHook? Take()
    {
        using SqliteCommand take = Command($"DELETE FROM hook WHERE run = (SELECT run FROM hook WHERE {IsCrashed} ORDER BY run LIMIT 1) RETURNING run, text");
        return take.Rows(static row => new CrashHook(row.Id(0), row.GetString(1))) is [var hook] ? hook : null;
    }

    private List<ProcessRecord> Read(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using SqliteCommand select = Command(sql, parameters);
        return select.Rows(static row => new ProcessRecord
        {
            Number = row.GetInt64(0),
            Identity = new ProcessIdentity(
                row.Id(1), row.GetString(2), row.GetInt32(3), row.GetString(4), row.GetInt64(5), row.Time(6)!.Value, row.GetBoolean(7)),
            Heartbeat = row.Time(8)!.Value,
            EndTime = row.Time(9),
            KillReason = row.Text(10),
        });
    }

    private void Run(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using SqliteCommand command = Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) => connection.Command(sql, parameters);

    private T Guard<T>(Func<T> action) => SqliteFaults.Guard(connection, action);
}
