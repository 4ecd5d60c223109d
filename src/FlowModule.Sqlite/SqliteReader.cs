using System.Text;
using FlowModule.Engine;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Reads runs, states, values and logs, on a connection of its own.</summary>
internal sealed class SqliteReader(SqliteConnection connection, RunHistory history) : IDisposable
{
    private const string RunColumns =
        """
        SELECT run.id, run.name, flow.name, run.kind, run.type, run.state, run.message, run.changed, run.due, run.created, run.started, run.ended, run.over,
            run.attempt, run.errors, flow.tags, run.parent, run.root, flow.path, flow.line, flow.script, process.machine, process.pid, process.version, run.key,
            run.states, run.restart_of
        FROM run JOIN flow ON flow.id = run.flow LEFT JOIN process ON process.id = run.process
        """;

    /// <summary>The ids of <c>$run</c> and of all runs inside of it.</summary>
    internal const string Inside =
        "WITH RECURSIVE inside(id) AS (SELECT $run UNION ALL SELECT run.id FROM run JOIN inside ON run.parent = inside.id) SELECT id FROM inside";

    private long _dataVersion = -1;

    /// <summary>Held while the connection is used.</summary>
    internal object Gate { get; } = new();

    internal IReadOnlyList<FlowRunRecord> Find(RunQuery query)
    {
        lock (Gate)
        {
            using SqliteCommand command = connection.CreateCommand();
            var filter = new SqliteFilter(command);
            filter.Add(query);
            command.CommandText = $"{RunColumns} {filter} ORDER BY run.id DESC{(query.Last is { } last ? $" LIMIT {last}" : null)}";
            DateTimeOffset now = history.Time.GetLocalNow();
            var runs = new List<FlowRunRecord>();
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                runs.Add(ReadRun(reader, now));
            }

            // Ids do not order the runs of one millisecond.
            runs.Sort(static (one, other) => other.CreatedTime.CompareTo(one.CreatedTime));
            return runs;
        }
    }

    internal FlowStateRecord[] States(Guid run)
    {
        lock (Gate)
        {
            using SqliteCommand command = Command(
                "SELECT type, name, message, time, due FROM state WHERE run = $run ORDER BY number", ("$run", run.ToByteArray(bigEndian: true)));
            using SqliteDataReader reader = command.ExecuteReader();
            var states = new List<FlowStateRecord>();
            while (reader.Read())
            {
                states.Add(new FlowStateRecord((StateType)reader.GetInt32(0), Text(reader, 1), Text(reader, 2), Time(reader, 3)!.Value, Time(reader, 4)));
            }

            return [.. states];
        }
    }

    internal EncodedValue Value(Guid run, RunValue value)
    {
        lock (Gate)
        {
            using SqliteCommand command = Command(
                "SELECT text, note FROM value WHERE run = $run AND kind = $kind", ("$run", run.ToByteArray(bigEndian: true)), ("$kind", (int)value));
            using SqliteDataReader reader = command.ExecuteReader();
            return reader.Read() ? new EncodedValue(Text(reader, 0), Text(reader, 1)) : default;
        }
    }

    internal IReadOnlyDictionary<StateType, int> CountInside(Guid run)
    {
        lock (Gate)
        {
            using SqliteCommand command = Command(
                $"SELECT type, count(*) FROM run WHERE id IN ({Inside}) AND id <> $run GROUP BY type", ("$run", run.ToByteArray(bigEndian: true)));
            using SqliteDataReader reader = command.ExecuteReader();
            var counts = new Dictionary<StateType, int>();
            while (reader.Read())
            {
                counts[(StateType)reader.GetInt32(0)] = reader.GetInt32(1);
            }

            return counts;
        }
    }

    internal IReadOnlyList<string> FlowNames()
    {
        lock (Gate)
        {
            using SqliteCommand command = Command("SELECT DISTINCT name FROM flow ORDER BY name");
            using SqliteDataReader reader = command.ExecuteReader();
            var names = new List<string>();
            while (reader.Read())
            {
                names.Add(reader.GetString(0));
            }

            return names;
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

    internal long ChangeNumber()
    {
        lock (Gate)
        {
            using SqliteCommand command = Command("PRAGMA data_version");
            return (long)command.ExecuteScalar()!;
        }
    }

    internal bool HasChanged()
    {
        long version = ChangeNumber();
        return Interlocked.Exchange(ref _dataVersion, version) != version;
    }

    public void Dispose()
    {
        // Not under somebody who reads.
        lock (Gate)
        {
            connection.Dispose();
        }
    }

    internal SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    private FlowRunRecord ReadRun(SqliteDataReader reader, DateTimeOffset now) => new(history)
    {
        Id = Id(reader, 0)!.Value,
        Name = reader.GetString(1),
        FlowName = reader.GetString(2),
        Kind = (RunKind)reader.GetInt32(3),
        State = new FlowStateRecord((StateType)reader.GetInt32(4), Text(reader, 5), Text(reader, 6), Time(reader, 7)!.Value, Time(reader, 8)),
        CreatedTime = Time(reader, 9)!.Value,
        StartTime = Time(reader, 10),
        EndTime = Time(reader, 11),
        IsOver = reader.GetInt32(12) != 0,
        Attempt = reader.GetInt32(13),
        ErrorCount = reader.GetInt32(14),
        Tag = Text(reader, 15)?.Split('\n') ?? [],
        ParentId = Id(reader, 16),
        RootId = Id(reader, 17)!.Value,
        ScriptPath = Text(reader, 18),
        ScriptLine = reader.IsDBNull(19) || reader.GetInt32(19) == 0 ? null : reader.GetInt32(19),
        ScriptHash = Text(reader, 20),
        ComputerName = Text(reader, 21),
        ProcessId = reader.IsDBNull(22) ? null : reader.GetInt32(22),
        ModuleVersion = Text(reader, 23),
        Key = reader.IsDBNull(24) ? null : (byte[])reader.GetValue(24),
        StateCount = reader.GetInt32(25),
        RestartOf = Id(reader, 26),
        LookedUp = now,
    };

    internal static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    internal static DateTimeOffset? Time(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : SqliteTime.To(reader.GetInt64(column));

    internal static Guid? Id(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : new Guid((byte[])reader.GetValue(column), bigEndian: true);
}
