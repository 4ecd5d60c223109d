using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>The ticks of scheduled flows.</summary>
internal sealed class SqlSchedules(ISqlSession session, ISqlRunWriter own, TimeProvider time) : IScheduleStore, ITickRows
{
    private const string Columns =
        """
        tick.id, tick.name, tick.time, tick.missed, tick.manual, tick.process, tick.script, tick.script_birth, tick.type, tick.state, tick.message, tick.started,
        tick.ended, tick.exit_code, tick.late, tick.log
        """;

    private const int ColumnCount = 16;

    private const string Supervised = $"SELECT {Columns}, {SqlProcesses.Columns} FROM tick LEFT JOIN process ON process.id = tick.process";

    public IReadOnlyList<SupervisedTick> Open(string? name = null) => name is null
        ? session.Query($"{Supervised} WHERE tick.over = 0 ORDER BY tick.id", ReadSupervised)
        : session.Query($"{Supervised} WHERE tick.over = 0 AND tick.key = $1 ORDER BY tick.id", ReadSupervised, KeyOf(name));

    public IReadOnlyList<SupervisedTick> Last(string name, int count) =>
        session.Query($"{Supervised} WHERE tick.key = $1 ORDER BY tick.time DESC LIMIT $2", ReadSupervised, KeyOf(name), count);

    public IReadOnlyList<string> Names() => session.Query("SELECT max(name) FROM tick GROUP BY key ORDER BY key", static row => row.Text(0));

    public DateTimeOffset? LastEnded(string name) =>
        session.Number("SELECT max(time) FROM tick WHERE key = $1 AND manual = 0 AND over = 1", KeyOf(name)) is { } last ? SqlTime.To(last) : null;

    public IReadOnlyList<TickClaim> Claim(TickRequest request) => Change(rules => rules.Claim(request));

    public void Record(TickRow tick, IReadOnlyList<LostTick> lost) => Change(rules =>
    {
        rules.Record(tick, lost);
        return true;
    });

    public IReadOnlyList<TickRow> End(IReadOnlyList<LostTick> lost) => Change(rules => rules.End(lost));

    public IReadOnlyList<TickRow> Find(string name, IReadOnlyList<DateTimeOffset> times)
    {
        var parameters = new SqlParameters();
        string which = $"tick.key = {parameters.Add(KeyOf(name))} AND (tick.over = 0{(times.Count > 0 ? $" OR tick.time IN ({string.Join(", ", times.Select(time => parameters.Add(time)))})" : null)})";
        return session.Query($"SELECT {Columns} FROM tick WHERE {which} ORDER BY tick.id", Read, parameters.Values);
    }

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

        // If the history was replaced, a missing row does not mean that the tick is over. But another process may have claimed it in the new one.
        || session.Number("SELECT id FROM tick WHERE key = $1 AND time = $2", KeyOf(tick.Name), tick.Time) is null;

    public void Release(long id) => session.Run("UPDATE tick SET process = $2 WHERE id = $1 AND over = 0", id, SqlProcesses.NoProcess);

    public void Remove(long id) => session.Run("DELETE FROM tick WHERE id = $1 AND over = 0", id);

    public void AskToStop(long id, string reason) => session.Run("UPDATE tick SET stop = $2 WHERE id = $1 AND over = 0", id, reason);

    public IReadOnlyList<(long Id, string Reason)> Stops() => session.Query(
        "SELECT id, stop FROM tick WHERE over = 0 AND stop IS NOT NULL AND process = $1", static row => (row.Number(0), row.Text(1)), own.ProcessOrNone);

    public void RemoveOld(TimeSpan age) => session.Run(
        """
        DELETE FROM tick WHERE over = 1 AND ended < $1
            AND time < (SELECT max(time) FROM tick AS other WHERE other.key = tick.key AND other.manual = 0)
        """,
        time.GetUtcNow() - age);

    // Names ignore case, also beyond ASCII, where databases differ.
    private static string KeyOf(string name) => name.ToUpperInvariant();

    private T Change<T>(Func<TickRules, T> change)
    {
        T? outcome = default;
        session.InTransaction(SqlArea.Schedules, () => outcome = change(new TickRules(this, time.GetUtcNow())));
        return outcome!;
    }

    private SupervisedTick ReadSupervised(SqlRow row) => new(Read(row), row.IsNull(ColumnCount) ? null : SqlProcesses.Read(row, ColumnCount));

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
