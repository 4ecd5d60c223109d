using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>Reads logs.</summary>
internal sealed class SqlLogReader(ISqlSession session)
{
    private const string Columns =
        "SELECT log.id, log.time, log.level, log.message, run.id, run.name, flow.name FROM log JOIN run ON run.id = log.run JOIN flow ON flow.id = run.flow";

    // Of several runs, the last lines are found from the end of the table on, not by sorting all that these runs have written: so the index
    // of each run's lines is kept out of it.
    private static readonly string LastInside =
        $"""
        log.id <= (SELECT max(last) FROM (SELECT (SELECT max(log.id) FROM log WHERE log.run = inside.id) AS last FROM ({SqlReader.Inside()}) AS inside) AS ends)
        AND log.id >= (SELECT min(first) FROM (SELECT (SELECT min(log.id) FROM log WHERE log.run = inside.id) AS first FROM ({SqlReader.Inside()}) AS inside) AS ends)
        """;

    internal IReadOnlyList<FlowLogRecord> Lines(LogQuery query)
    {
        bool isPart = query.Tail is not null || query.After > 0 || query.First is not null;
        string runs = !query.Tree ? "log.run = $1"
            : isPart ? $"{LastInside} AND {session.Dialect.Unindexed("log.run")} IN ({SqlReader.Inside()})"
            : $"log.run IN ({SqlReader.Inside()})";
        var parameters = new SqlParameters();
        parameters.Add(query.Run);
        string text = query.Text is null ? string.Empty : $" AND log.message {session.Dialect.Like} {parameters.Add(SqlPattern.Containing(query.Text))} ESCAPE '\\'";
        string where = $"log.level >= {parameters.Add(query.Level)} AND log.id > {parameters.Add(query.After)} AND log.id < {parameters.Add(query.Before ?? long.MaxValue)}";
        string since = $"log.time >= {parameters.Add(SinceOf(query))}";
        string order = query.Tail is { } tail ? $"DESC LIMIT {parameters.Add(tail)}" : query.First is { } first ? $"LIMIT {parameters.Add(first)}" : string.Empty;
        IReadOnlyList<FlowLogRecord> lines = session.Query($"{Columns} WHERE {runs} AND {where} AND {since}{text} ORDER BY log.id {order}", ReadLine, parameters.Values);
        return query.Tail is null ? lines : [.. lines.Reverse()];
    }

    internal IReadOnlyList<FlowLogRecord> StateLines(LogQuery query)
    {
        string runs = query.Tree ? $"state.run IN ({SqlReader.Inside()})" : "state.run = $1";
        return session.Query(
            $"""
            SELECT state.type, state.name, state.message, state.time, state.due, run.id, run.name, flow.name
            FROM state JOIN run ON run.id = state.run JOIN flow ON flow.id = run.flow
            WHERE {runs} AND state.time >= $2 ORDER BY state.time, run.id, state.number
            """,
            static row => FlowLogRecord.Of(SqlReader.ReadState(row), row.Id(5), row.Text(6), row.Text(7)),
            query.Run, SinceOf(query));
    }

    private static FlowLogRecord ReadLine(SqlRow row) => new()
    {
        Number = row.Number(0),
        Time = row.Time(1),
        Level = (FlowLogLevel)row.Int(2),
        Message = row.Text(3),
        RunId = row.Id(4),
        RunName = row.Text(5),
        FlowName = row.Text(6),
    };

    private static long SinceOf(LogQuery query) => query.Since is { } since ? SqlTime.From(since) : long.MinValue;
}
