using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Reads logs, on the connection of a reader.</summary>
internal sealed class SqliteLogReader(SqliteReader reader)
{
    private const string Columns =
        "SELECT log.id, log.time, log.level, log.message, run.id, run.name, flow.name FROM log JOIN run ON run.id = log.run JOIN flow ON flow.id = run.flow";

    // Of several runs, the last lines are found from the end of the table on, not by sorting all that these runs have written: the unary
    // plus keeps the index of each run's lines out of it.
    private const string LastInside =
        $"""
        log.id <= (SELECT max(last) FROM (SELECT (SELECT max(log.id) FROM log WHERE log.run = inside.id) AS last FROM ({SqliteReader.Inside}) AS inside))
        AND log.id >= (SELECT min(first) FROM (SELECT (SELECT min(log.id) FROM log WHERE log.run = inside.id) AS first FROM ({SqliteReader.Inside}) AS inside))
        AND +log.run IN ({SqliteReader.Inside})
        """;

    internal IReadOnlyList<FlowLogRecord> Lines(LogQuery query)
    {
        string runs = !query.Tree ? "log.run = $run"
            : query.Tail is not null || query.After > 0 || query.First is not null ? LastInside
            : $"log.run IN ({SqliteReader.Inside})";
        string order = query.Tail is { } tail ? $"DESC LIMIT {tail}" : query.First is { } first ? $"LIMIT {first}" : string.Empty;
        lock (reader.Gate)
        {
            string text = query.Text is null ? string.Empty : " AND log.message LIKE $text ESCAPE '\\'";
            using SqliteCommand command = reader.Command(
                $"{Columns} WHERE {runs} AND log.level >= $level AND log.id > $after AND log.id < $before AND log.time >= $since{text} ORDER BY log.id {order}",
                ("$text", SqlitePattern.Containing(query.Text ?? string.Empty)),
                ("$before", query.Before ?? long.MaxValue),
                ("$run", query.Run.Bytes()),
                ("$level", (int)query.Level),
                ("$after", query.After),
                ("$since", SinceOf(query)));
            List<FlowLogRecord> lines = command.Rows(static row => new FlowLogRecord
            {
                Number = row.GetInt64(0),
                Time = row.Time(1)!.Value,
                Level = (FlowLogLevel)row.GetInt32(2),
                Message = row.GetString(3),
                RunId = row.Id(4),
                RunName = row.GetString(5),
                FlowName = row.GetString(6),
            });
            if (query.Tail is not null)
            {
                lines.Reverse();
            }

            return lines;
        }
    }

    internal IReadOnlyList<FlowLogRecord> StateLines(LogQuery query)
    {
        string runs = query.Tree ? $"state.run IN ({SqliteReader.Inside})" : "state.run = $run";
        lock (reader.Gate)
        {
            using SqliteCommand command = reader.Command(
                $"""
                SELECT state.type, state.name, state.message, state.time, state.due, run.id, run.name, flow.name
                FROM state JOIN run ON run.id = state.run JOIN flow ON flow.id = run.flow
                WHERE {runs} AND state.time >= $since ORDER BY state.time, run.id, state.number
                """,
                ("$run", query.Run.Bytes()),
                ("$since", SinceOf(query)));
            return command.Rows(static row => FlowLogRecord.Of(SqliteReader.ReadState(row), row.Id(5), row.GetString(6), row.GetString(7)));
        }
    }

    private static long SinceOf(LogQuery query) => query.Since is { } since ? SqliteTime.From(since) : long.MinValue;
}
