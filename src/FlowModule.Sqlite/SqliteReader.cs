using System.Globalization;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Reads runs, states, values and logs on its own connection.</summary>
internal sealed class SqliteReader(SqliteConnection connection) : IDisposable
{
    private const string RunColumns =
        """
        SELECT run.id, run.name, flow.name, run.kind, run.type, run.state, run.message, run.changed, run.due, run.created, run.started, run.ended, run.over,
            run.attempt, run.errors, flow.tags, run.parent, run.root, flow.path, flow.line, flow.script, process.machine, process.pid, process.version, run.key,
            run.states, run.restart_of, run.schedule, run.tick
        FROM run JOIN flow ON flow.id = run.flow LEFT JOIN process ON process.id = run.process
        """;

    /// <summary>The ids of <c>$run</c> and of all its descendants.</summary>
    internal const string Inside =
        "WITH RECURSIVE inside(id) AS (SELECT $run UNION ALL SELECT run.id FROM run JOIN inside ON run.parent = inside.id) SELECT id FROM inside";

    /// <summary>Held while the connection is used.</summary>
    internal object Gate { get; } = new();

    internal IReadOnlyList<RunSnapshot> Find(RunQuery query)
    {
        lock (Gate)
        {
            using SqliteCommand command = connection.CreateCommand();
            var filter = new SqliteFilter(command);
            filter.Add(query);

            // The ids first: an index has all that most filters ask for, so only the rows that are shown are read from the table.
            command.CommandText = query.Last is { } last
                ? $"{RunColumns} WHERE run.id IN (SELECT run.id FROM run {filter} ORDER BY run.id DESC LIMIT {last}) ORDER BY run.id DESC"
                : $"{RunColumns} {filter} ORDER BY run.id DESC";
            return ReadRuns(command);
        }
    }

    internal int Count(RunQuery query)
    {
        lock (Gate)
        {
            using SqliteCommand command = connection.CreateCommand();
            var filter = new SqliteFilter(command);
            filter.Add(query);
            command.CommandText = $"SELECT count(*) FROM (SELECT 1 FROM run {filter} LIMIT {query.Last ?? -1})";
            return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        }
    }

    internal IReadOnlyList<RunSnapshot> LastOfEachFlow(int count)
    {
        lock (Gate)
        {
            // A name may have several rows in the table of flows, one for each version of the script.
            using SqliteCommand command = Command(
                $"""
                {RunColumns} WHERE run.id IN (
                    SELECT id FROM (
                        SELECT last.id AS id, row_number() OVER (PARTITION BY flow.name ORDER BY last.id DESC) AS place
                        FROM flow JOIN run AS last ON last.id IN (
                            SELECT run.id FROM run WHERE run.flow = flow.id AND run.parent IS NULL ORDER BY run.id DESC LIMIT $count))
                    WHERE place <= $count)
                ORDER BY run.id DESC
                """, ("$count", count));
            return ReadRuns(command);
        }
    }

    internal FlowStateRecord[] States(Guid run)
    {
        lock (Gate)
        {
            using SqliteCommand command = Command(
                "SELECT type, name, message, time, due FROM state WHERE run = $run ORDER BY number", ("$run", run.Bytes()));
            return [.. command.Rows(ReadState)];
        }
    }

    internal EncodedValue Value(Guid run, RunValue value)
    {
        lock (Gate)
        {
            using SqliteCommand command = Command(
                "SELECT text, note FROM value WHERE run = $run AND kind = $kind", ("$run", run.Bytes()), ("$kind", (int)value));
            using SqliteDataReader reader = command.ExecuteReader();
            return reader.Read() ? new EncodedValue(reader.Text(0), reader.Text(1)) : default;
        }
    }

    internal IReadOnlyDictionary<StateType, int> CountInside(Guid run)
    {
        lock (Gate)
        {
            using SqliteCommand command = Command(
                $"SELECT type, count(*) FROM run WHERE id IN ({Inside}) AND id <> $run GROUP BY type", ("$run", run.Bytes()));
            return command.Rows(static row => ((StateType)row.GetInt32(0), row.GetInt32(1))).ToDictionary();
        }
    }

    internal IReadOnlyList<string> FlowNames()
    {
        lock (Gate)
        {
            using SqliteCommand command = Command("SELECT DISTINCT name FROM flow ORDER BY name");
            return command.Rows(static row => row.GetString(0));
        }
    }

    internal string? Script(string hash)
    {
        lock (Gate)
        {
            using SqliteCommand command = Command("SELECT text FROM script WHERE hash = $hash", ("$hash", hash));
            return command.ExecuteScalar() as string;
        }
    }

    /// <summary>Returns a new number after each change by another connection.</summary>
    internal long ChangeNumber()
    {
        lock (Gate)
        {
            using SqliteCommand command = Command("PRAGMA data_version");
            return (long)command.ExecuteScalar()!;
        }
    }

    public void Dispose()
    {
        // Wait until no thread is reading.
        lock (Gate)
        {
            connection.Dispose();
        }
    }

    internal SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) => connection.Command(sql, parameters);

    /// <summary>Reads the runs of a query that orders them by their ids, newest first.</summary>
    private static List<RunSnapshot> ReadRuns(SqliteCommand command)
    {
        List<RunSnapshot> runs = command.Rows(ReadRun);

        // The ids do not order runs of the same millisecond.
        runs.Sort(static (one, other) => other.Run.CreatedTime.CompareTo(one.Run.CreatedTime));
        return runs;
    }

    private static RunSnapshot ReadRun(SqliteDataReader reader)
    {
        var flow = new FlowRow(reader.GetString(2), reader.Text(15)?.Split('\n') ?? [])
        {
            ScriptPath = reader.Text(18),
            ScriptLine = reader.IsDBNull(19) ? null : reader.GetInt32(19),
            ScriptHash = reader.Text(20),
        };
        var run = new RunRow
        {
            Id = reader.Id(0),
            Name = reader.GetString(1),
            Flow = flow,
            Kind = (RunKind)reader.GetInt32(3),
            CreatedTime = reader.Time(9)!.Value,
            ParentId = IdOrNull(reader, 16),
            RootId = reader.Id(17),
            Key = reader.IsDBNull(24) ? null : (byte[])reader.GetValue(24),
            RestartOf = IdOrNull(reader, 26),
            Schedule = reader.Text(27),
            ScheduledTime = reader.Time(28),
        };
        return new RunSnapshot(run, new FlowStateRecord((StateType)reader.GetInt32(4), reader.Text(5), reader.Text(6), reader.Time(7)!.Value, reader.Time(8)))
        {
            StartTime = reader.Time(10),
            EndTime = reader.Time(11),
            IsOver = reader.GetInt32(12) != 0,
            Attempt = reader.GetInt32(13),
            ErrorCount = reader.GetInt32(14),
            ComputerName = reader.Text(21),
            ProcessId = reader.IsDBNull(22) ? null : reader.GetInt32(22),
            ModuleVersion = reader.Text(23),
            StateCount = reader.GetInt32(25),
        };
    }

    /// <summary>Reads a state from columns that begin with its type, name, message, time and due time.</summary>
    internal static FlowStateRecord ReadState(SqliteDataReader row) =>
        new((StateType)row.GetInt32(0), row.Text(1), row.Text(2), row.Time(3)!.Value, row.Time(4));

    private static Guid? IdOrNull(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Id(column);
}
