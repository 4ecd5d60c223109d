using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>The ticks of scheduled flows.</summary>
internal sealed class SqlSchedules(ISqlSession session, ISqlRunWriter own) : IScheduleStore
{
    private const string Columns =
        "SELECT id, name, time, missed, manual, process, script, script_birth, type, state, message, started, ended, exit_code, late, log FROM tick";

    public void InTransaction(Action action) => session.InTransaction(SqlArea.Schedules, action);

    public TickRow? Find(string name, DateTimeOffset time) => Query($"{Columns} WHERE key = $1 AND time = $2", KeyOf(name), time) is [var tick] ? tick : null;

    public TickRow? Find(long id) => Query($"{Columns} WHERE id = $1", id) is [var tick] ? tick : null;

    public IReadOnlyList<TickRow> Open(string name) => Query($"{Columns} WHERE key = $1 AND over = 0 ORDER BY id", KeyOf(name));

    public IReadOnlyList<TickRow> Open() => Query($"{Columns} WHERE over = 0 ORDER BY id");

    public IReadOnlyList<TickRow> Last(string name, int count) => Query($"{Columns} WHERE key = $1 ORDER BY time DESC LIMIT $2", KeyOf(name), count);

    public IReadOnlyList<string> Names() => session.Query("SELECT max(name) FROM tick GROUP BY key ORDER BY key", static row => row.Text(0));

    public DateTimeOffset? LastTime(string name, DateTimeOffset before) =>
        session.Number("SELECT max(time) FROM tick WHERE key = $1 AND manual = 0 AND time < $2", KeyOf(name), before) is { } time ? SqlTime.To(time) : null;

    public long Add(TickRow tick) => session.Number(
        """
        INSERT INTO tick(key, name, time, missed, manual, process, over, type, state, message, started, ended, exit_code, late, log)
        VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id
        """,
        KeyOf(tick.Name), tick.Name, tick.Time, tick.IsMissed, tick.IsManual, own.Process, !tick.IsOpen, tick.State, tick.StateName, tick.Message,
        tick.StartTime, tick.EndTime, tick.ExitCode, tick.IsLate, tick.LogPath)!.Value;

    public bool Change(TickRow tick) => session.Run(
        """
        UPDATE tick SET script = $2, script_birth = $3, over = $4, type = $5, state = $6, message = $7, started = $8, ended = $9, exit_code = $10, late = $11, log = $12
        WHERE id = $1 AND over = 0
        """,
        tick.Id, tick.Script?.ProcessId, tick.Script?.Birth, !tick.IsOpen, tick.State, tick.StateName, tick.Message,
        tick.StartTime, tick.EndTime, tick.ExitCode, tick.IsLate, tick.LogPath) == 1

        // If the file was replaced, a missing row does not mean that the tick is over. But another process may have claimed it in the new file.
        || Find(tick.Name, tick.Time) is null;

    public void Release(long id) => session.Run("UPDATE tick SET process = $2 WHERE id = $1 AND over = 0", id, SqlProcesses.NoProcess);

    public void Remove(long id) => session.Run("DELETE FROM tick WHERE id = $1 AND over = 0", id);

    public void AskToStop(long id, string reason) => session.Run("UPDATE tick SET stop = $2 WHERE id = $1 AND over = 0", id, reason);

    public IReadOnlyList<(long Id, string Reason)> Stops() => session.Query(
        "SELECT id, stop FROM tick WHERE over = 0 AND stop IS NOT NULL AND process = $1", static row => (row.Number(0), row.Text(1)), own.ProcessOrNone);

    public void RemoveOld(DateTimeOffset before) => session.Run(
        """
        DELETE FROM tick WHERE over = 1 AND ended < $1
            AND time < (SELECT max(time) FROM tick AS other WHERE other.key = tick.key AND other.manual = 0)
        """,
        before);

    // Names ignore case, also beyond ASCII, where databases differ.
    private static string KeyOf(string name) => name.ToUpperInvariant();

    private IReadOnlyList<TickRow> Query(string sql, params ReadOnlySpan<object?> values) => session.Query(sql, Read, values);

    private TickRow Read(SqlRow row) => new()
    {
        Id = row.Number(0),
        Name = row.Text(1),
        Time = row.Time(2),
        IsMissed = row.Flag(3),
        IsManual = row.Flag(4),
        Process = row.Number(5),
        IsOwn = row.Number(5) is var process && process != SqlProcesses.NoProcess && process == own.ProcessOrNone,
        Script = row.IsNull(6) ? null : new TickProcess(row.Int(6), row.Number(7)),
        State = (StateType)row.Int(8),
        StateName = row.TextOrNull(9),
        Message = row.TextOrNull(10),
        StartTime = row.TimeOrNull(11),
        EndTime = row.TimeOrNull(12),
        ExitCode = row.Int(13),
        IsLate = row.Flag(14),
        LogPath = row.TextOrNull(15),
    };
}
