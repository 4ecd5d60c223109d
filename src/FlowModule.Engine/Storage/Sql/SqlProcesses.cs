using System.Reflection;
using FlowModule.Engine.States;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>The processes that have written to the history.</summary>
internal sealed class SqlProcesses(ISqlSession session, ISqlRunWriter own, TimeProvider time) : IProcessStore
{
    /// <summary>A number that no process has.</summary>
    internal const long NoProcess = 0;

    /// <summary>Appended to an INSERT of states: one that is there already is replaced.</summary>
    internal const string ReplaceState =
        "ON CONFLICT(run, number) DO UPDATE SET time = excluded.time, type = excluded.type, name = excluded.name, message = excluded.message, due = excluded.due";

    /// <summary>What a record of a process is read from.</summary>
    internal const string Columns =
        "process.id, process.key, process.machine, process.pid, process.space, process.birth, process.started, process.has_lock, process.heartbeat, process.ended, process.kill_reason";

    private const string Select = $"SELECT {Columns} FROM process";

    /// <summary>Which runs need their process. One that waits for a person needs none.</summary>
    internal static readonly string IsLeft = $"over = 0 AND NOT (type = {(int)StateType.Paused} AND coalesce(state, '') = '{StateNames.Suspended}')";
    private static readonly string IsCrashed = $"(SELECT over = 1 AND type = {(int)StateType.Crashed} FROM run WHERE run.id = hook.run)";

    private static readonly string Version =
        typeof(SqlProcesses).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public long Register(ProcessIdentity identity) => own.Process = session.Number(
        """
        INSERT INTO process(key, machine, pid, space, birth, started, has_lock, version, registered, heartbeat)
        VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
        ON CONFLICT(key) DO UPDATE SET heartbeat = excluded.heartbeat, ended = NULL RETURNING id
        """,
        identity.Key, identity.Machine, identity.ProcessId, identity.Space, identity.Birth, identity.StartTime, identity.HasLock, Version, time.GetUtcNow())!.Value;

    public bool Beat() => session.RunQuietly("UPDATE process SET heartbeat = $1 WHERE id = $2 AND ended IS NULL", time.GetUtcNow(), own.Process) == 1;

    public void End(bool hasRecorded)
    {
        if (hasRecorded)
        {
            session.Run(
                "UPDATE process SET heartbeat = CASE WHEN heartbeat > $1 THEN heartbeat ELSE $1 END, ended = CASE WHEN heartbeat > $1 THEN heartbeat ELSE $1 END WHERE id = $2",
                time.GetUtcNow(), own.Process);
        }
        else
        {
            session.Run("DELETE FROM process WHERE id = $1", own.Process);
        }
    }

    public IReadOnlyList<ProcessRecord> Open() => session.Query(
        $"{Select} WHERE id IN (SELECT id FROM process WHERE ended IS NULL UNION SELECT process FROM run WHERE {IsLeft}) AND id <> $1", Read, own.ProcessOrNone);

    public ProcessRecord? Find(long number) => session.Single($"{Select} WHERE id = $1", Read, number);

    public ProcessRecord? Of(Guid run) => session.Single($"{Select} WHERE id = (SELECT process FROM run WHERE id = $1)", Read, run);

    public void NoteKill(long number, string? reason) => session.Run("UPDATE process SET kill_reason = $1 WHERE id = $2", reason, number);

    public IReadOnlyList<Guid> EndRuns(ProcessRecord process, StateType type, Func<DateTimeOffset, string> describe)
    {
        IReadOnlyList<Guid> ended = [];
        session.InTransaction(SqlArea.Runs, () =>
        {
            ended = [];

            // Another process may have ended the runs, or this process is alive and has just recorded a heartbeat.
            if (session.Single($"{Select} WHERE id = $1{session.Dialect.ForUpdate}", Read, process.Number) is not { } now
                || now.Heartbeat != process.Heartbeat || now.EndTime != process.EndTime)
            {
                return;
            }

            ended = session.Query($"SELECT id FROM run WHERE process = $1 AND {IsLeft} ORDER BY id{session.Dialect.ForUpdate}", static row => row.Id(0), process.Number);
            long seen = LastSign(process.Number);
            if (ended.Count > 0)
            {
                EndRuns(process.Number, type, seen, describe(SqlTime.To(seen)));
            }

            session.Run("UPDATE process SET ended = coalesce(ended, $1) WHERE id = $2", seen, process.Number);
        });
        return ended;
    }

    public CrashHook? TakeHook() =>
        // Usually there is no hook, and then no write is needed.
        session.Number($"SELECT 1 FROM hook WHERE {IsCrashed} LIMIT 1") is not null
            && session.Query(
                $"DELETE FROM hook WHERE run = (SELECT run FROM hook WHERE {IsCrashed} ORDER BY run LIMIT 1) RETURNING run, text",
                static row => new CrashHook(row.Id(0), row.Text(1))) is [var hook] ? hook : null;

    /// <summary>The last sign of life of a process with unfinished runs: at least as late as the last state of these runs.</summary>
    private long LastSign(long process) => session.Number(
        $"""
        SELECT max(sign) FROM (
            SELECT heartbeat AS sign FROM process WHERE id = $1
            UNION ALL SELECT ended FROM process WHERE id = $1
            UNION ALL SELECT max(changed) FROM run WHERE process = $1 AND {IsLeft}
            UNION ALL SELECT max(time) FROM log WHERE id IN
                (SELECT (SELECT max(log.id) FROM log WHERE log.run = run.id) FROM run WHERE process = $1 AND {IsLeft})) AS signs
        """,
        process)!.Value;

    private void EndRuns(long process, StateType type, long time, string message)
    {
        string runs = $"process = $1 AND {IsLeft}";
        session.Run($"INSERT INTO state(run, number, time, type, message) SELECT id, states, $2, $3, $4 FROM run WHERE {runs} {ReplaceState}", process, time, type, message);
        session.Run($"DELETE FROM request WHERE run IN (SELECT id FROM run WHERE {runs})", process);
        if (type != StateType.Crashed)
        {
            session.Run($"DELETE FROM hook WHERE run IN (SELECT id FROM run WHERE {runs})", process);
        }

        session.Run(
            $"UPDATE run SET over = 1, type = $3, state = NULL, message = $4, changed = $2, ended = $2, due = NULL, states = states + 1 WHERE {runs}",
            process, time, type, message);
    }

    /// <summary>Reads a process from <see cref="Columns"/>, the first of which has a number.</summary>
    internal static ProcessRecord Read(SqlRow row, int first) => new()
    {
        Number = row.Number(first),
        Identity = new ProcessIdentity(
            row.Id(first + 1), row.Text(first + 2), row.Int(first + 3), row.Text(first + 4), row.Number(first + 5), row.Time(first + 6), row.Flag(first + 7)),
        Heartbeat = row.Time(first + 8),
        EndTime = row.TimeOrNull(first + 9),
        KillReason = row.TextOrNull(first + 10),
    };

    private static ProcessRecord Read(SqlRow row) => Read(row, first: 0);
}
