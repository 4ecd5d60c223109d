using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>Reads runs, states and values.</summary>
internal sealed class SqlReader(ISqlSession session)
{
    private const string RunColumns =
        """
        SELECT run.id, run.name, flow.name, run.kind, run.type, run.state, run.message, run.changed, run.due, run.created, run.started, run.ended, run.over,
            run.attempt, run.errors, flow.tags, run.parent, run.root, flow.path, flow.line, flow.script, process.machine, process.pid, process.version, run.key,
            run.states, run.restart_of, run.schedule, run.tick, run.host
        FROM run JOIN flow ON flow.id = run.flow LEFT JOIN process ON process.id = run.process
        """;

    /// <summary>The ids of a run and of all its descendants.</summary>
    /// <param name="run">The parameter with the run's id.</param>
    internal static string Inside(string run = "$1") =>
        $"WITH RECURSIVE inside(id) AS (SELECT {run} UNION ALL SELECT run.id FROM run JOIN inside ON run.parent = inside.id) SELECT id FROM inside";

    internal IReadOnlyList<RunSnapshot> Find(RunQuery query)
    {
        var parameters = new SqlParameters();
        var filter = new SqlFilter(session.Dialect, parameters);
        filter.Add(query);

        // The ids first: an index has all that most filters ask for, so only the rows that are shown are read from the table.
        string where = query.Last is { } last ? $"WHERE run.id IN (SELECT run.id FROM run {filter} ORDER BY run.id DESC LIMIT {parameters.Add(last)})" : filter.ToString();
        return ReadRuns($"{RunColumns} {where} ORDER BY run.id DESC", parameters.Values);
    }

    internal int Count(RunQuery query)
    {
        var parameters = new SqlParameters();
        var filter = new SqlFilter(session.Dialect, parameters);
        filter.Add(query);
        string limit = query.Last is { } last ? $" LIMIT {parameters.Add(last)}" : string.Empty;
        return (int)session.Number($"SELECT count(*) FROM (SELECT 1 FROM run {filter}{limit}) AS found", parameters.Values)!.Value;
    }

    /// <summary>A name may have several rows in the table of flows, one for each version of the script.</summary>
    internal IReadOnlyList<RunSnapshot> LastOfEachFlow(int count) => ReadRuns(
        $"""
        {RunColumns} WHERE run.id IN (
            SELECT id FROM (
                SELECT last.id AS id, row_number() OVER (PARTITION BY lower(flow.name) ORDER BY last.id DESC) AS place
                FROM flow {session.Dialect.JoinEach("last", "SELECT run.id FROM run WHERE run.flow = flow.id AND run.parent IS NULL ORDER BY run.id DESC LIMIT $1")}) AS places
            WHERE place <= $1)
        ORDER BY run.id DESC
        """,
        count);

    internal FlowStateRecord[] States(Guid run) =>
        [.. session.Query("SELECT type, name, message, time, due FROM state WHERE run = $1 ORDER BY number", ReadState, run)];

    internal EncodedValue Value(Guid run, RunValue value) => session.Query(
        "SELECT text, note FROM value WHERE run = $1 AND kind = $2", static row => new EncodedValue(row.TextOrNull(0), row.TextOrNull(1)), run, value) is [var found] ? found : default;

    internal IReadOnlyDictionary<StateType, int> CountInside(Guid run) => session.Query(
        $"SELECT type, count(*) FROM run WHERE id IN ({Inside()}) AND id <> $1 GROUP BY type", static row => ((StateType)row.Int(0), row.Int(1)), run).ToDictionary();

    internal IReadOnlyList<string> FlowNames() => session.Query("SELECT min(name) FROM flow GROUP BY lower(name) ORDER BY lower(name)", static row => row.Text(0));

    internal string? Script(string hash) => session.Text("SELECT text FROM script WHERE hash = $1", hash);

    /// <summary>Reads a state from columns that begin with its type, name, message, time and due time.</summary>
    internal static FlowStateRecord ReadState(SqlRow row) => new((StateType)row.Int(0), row.TextOrNull(1), row.TextOrNull(2), row.Time(3), row.TimeOrNull(4));

    /// <summary>Reads the runs of a query that orders them by their ids, newest first.</summary>
    private List<RunSnapshot> ReadRuns(string sql, params ReadOnlySpan<object?> values)
    {
        List<RunSnapshot> runs = [.. session.Query(sql, ReadRun, values)];

        // The ids do not order runs of the same millisecond.
        runs.Sort(static (one, other) => other.Run.CreatedTime.CompareTo(one.Run.CreatedTime));
        return runs;
    }

    private static RunSnapshot ReadRun(SqlRow row)
    {
        var flow = new FlowRow(row.Text(2), row.TextOrNull(15)?.Split('\n') ?? [])
        {
            ScriptPath = row.TextOrNull(18),
            ScriptLine = row.IntOrNull(19),
            ScriptHash = row.TextOrNull(20),
        };
        var run = new RunRow
        {
            Id = row.Id(0),
            Name = row.Text(1),
            Flow = flow,
            Kind = (RunKind)row.Int(3),
            CreatedTime = row.Time(9),
            ParentId = row.IdOrNull(16),
            RootId = row.Id(17),
            Key = row.BytesOrNull(24),
            RestartOf = row.IdOrNull(26),
            Schedule = row.TextOrNull(27),
            ScheduledTime = row.TimeOrNull(28),
        };
        return new RunSnapshot(run, new FlowStateRecord((StateType)row.Int(4), row.TextOrNull(5), row.TextOrNull(6), row.Time(7), row.TimeOrNull(8)))
        {
            StartTime = row.TimeOrNull(10),
            EndTime = row.TimeOrNull(11),
            IsOver = row.Flag(12),
            Attempt = row.Int(13),
            ErrorCount = row.Int(14),
            ComputerName = row.TextOrNull(21),
            ProcessId = row.IntOrNull(22),
            ModuleVersion = row.TextOrNull(23),
            StateCount = row.Int(25),
            HostName = row.TextOrNull(29),
        };
    }
}
