using System.Globalization;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Removes finished runs, on the connection that writes.</summary>
internal sealed class SqliteRetention(SqliteConnection connection, SqliteWriter writer, TimeProvider time) : IRetentionStore, IDisposable
{
    private const string KeepDays = "KeepDays";
    private const string KeepRuns = "KeepRuns";
    private const string KeepLogSize = "KeepLogSize";
    private const string NextPruning = "NextPruning";

    /// <summary>The number of rows that one transaction removes: some milliseconds of work.</summary>
    private const int RowsAtOnce = 2000;

    /// <summary>The number of pages that one transaction frees.</summary>
    private const int PagesAtOnce = 500;

    /// <summary>A process without runs is removed when its last heartbeat is older than this.</summary>
    private static readonly TimeSpan ProcessAge = TimeSpan.FromDays(1);

    private static readonly TimeSpan PruningInterval = TimeSpan.FromDays(1);

    /// <summary>The time for pruning until another process may take over, because the first may have died.</summary>
    private static readonly TimeSpan PruningTime = TimeSpan.FromMinutes(10);

    private readonly SqliteSettings _settings = new(connection);
    private readonly SqliteStatement _isOver = new(connection, "SELECT over FROM run WHERE id = $1", 1);
    private readonly SqliteStatement _logs = new(connection, "DELETE FROM log WHERE id IN (SELECT id FROM log WHERE run = $1 LIMIT $2)", 2);
    private readonly SqliteStatement _run = new(connection, "DELETE FROM run WHERE id = $1", 1);
    private readonly SqliteStatement _lineFromLast = new(connection, "SELECT id FROM log WHERE run = $1 ORDER BY id DESC LIMIT 1 OFFSET $2", 2);
    private readonly SqliteStatement _note = new(connection, "UPDATE log SET level = $2, message = $3 WHERE id = $1", 3);
    private readonly SqliteStatement _linesAfter = new(connection, "DELETE FROM log WHERE id IN (SELECT id FROM log WHERE run = $1 AND id > $2 ORDER BY id LIMIT $3)", 3);

    /// <summary>Every table with rows of a run, except its log: these rows are removed with the run.</summary>
    private readonly SqliteStatement[] _parts =
    [
        .. new[] { "state", "value", "request", "input", "run_key", "hook" }.Select(table => new SqliteStatement(connection, $"DELETE FROM {table} WHERE run = $1", 1)),
    ];

    public RetentionSettings Settings
    {
        get => Guard(() => new RetentionSettings(
            (int?)Number(KeepDays, RetentionSettings.Default.KeepDays), (int?)Number(KeepRuns, RetentionSettings.Default.KeepRuns), Number(KeepLogSize, RetentionSettings.Default.KeepLogSize)));
        set => Transact(() =>
        {
            _settings.Set(KeepDays, value.KeepDays?.ToString(CultureInfo.InvariantCulture));
            _settings.Set(KeepRuns, value.KeepRuns?.ToString(CultureInfo.InvariantCulture));
            _settings.Set(KeepLogSize, value.KeepLogSize?.ToString(CultureInfo.InvariantCulture));

            // Expired runs are looked for soon.
            _settings.Remove(NextPruning);
        });
    }

    public IReadOnlyList<Guid> FindExpired(RetentionSettings settings, Guid? after, int limit) => Guard(() =>
    {
        using SqliteCommand command = connection.CreateCommand();
        var reasons = new List<string>(2);
        if (settings.KeepDays is { } days)
        {
            DateTimeOffset end = Before(days);
            reasons.Add("(id < $first AND changed < $end)");
            command.Parameters.AddWithValue("$first", SqliteTime.FirstIdAt(end));
            command.Parameters.AddWithValue("$end", SqliteTime.From(end));
        }

        if (settings.KeepRuns is { } runs)
        {
            // The newest run that exceeds the count. With fewer runs it is null, and no run is smaller.
            reasons.Add("id <= (SELECT id FROM run WHERE parent IS NULL ORDER BY id DESC LIMIT 1 OFFSET $runs)");
            command.Parameters.AddWithValue("$runs", runs);
        }

        if (reasons.Count == 0)
        {
            return [];
        }

        // The first condition covers all that the second can cover, so that the index search can end early.
        // A suspended run is not finished: a person may be about to answer it.
        command.Parameters.AddWithValue("$paused", (int)StateType.Paused);
        command.CommandText = $"SELECT id FROM run WHERE parent IS NULL AND id > $after AND over = 1 AND type <> $paused AND ({string.Join(" OR ", reasons)}) ORDER BY id LIMIT $limit";
        command.Parameters.AddWithValue("$after", after?.Bytes() ?? []);
        command.Parameters.AddWithValue("$limit", limit);
        return command.Rows(static row => row.Id(0));
    });

    public IReadOnlyList<Guid> FindTree(Guid run) => Guard(() =>
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            WITH RECURSIVE inside(id, depth) AS (SELECT $run, 0 UNION ALL SELECT run.id, depth + 1 FROM run JOIN inside ON run.parent = inside.id)
            SELECT inside.id, run.over FROM inside JOIN run ON run.id = inside.id ORDER BY depth DESC
            """;
        command.Parameters.AddWithValue("$run", run.Bytes());
        using SqliteDataReader reader = command.ExecuteReader();
        var ids = new List<Guid>();
        while (reader.Read())
        {
            if (reader.GetInt64(1) == 0)
            {
                return [];
            }

            ids.Add(reader.Id(0));
        }

        return (IReadOnlyList<Guid>)ids;
    });

    public (int Done, int Removed) Remove(IReadOnlyList<Guid> runs, int start)
    {
        int done = 0, removed = 0;
        Transact(() =>
        {
            int rows = 0;
            while (start + done < runs.Count && rows < RowsAtOnce)
            {
                Guid run = runs[start + done];
                if (_isOver.Scalar(run) is not 1L)
                {
                    // Another process has removed or resumed it.
                    done++;
                    continue;
                }

                rows += _logs.Run(run, RowsAtOnce - rows);
                if (rows >= RowsAtOnce)
                {
                    // The run may have more rows.
                    break;
                }

                rows += _parts.Sum(part => part.Run(run)) + _run.Run(run);
                done++;
                removed++;
            }
        });
        return (done, removed);
    }

    public void LeaveOut(Guid run, LogCut cut, string note) => Transact(() =>
    {
        // There may be fewer lines, if the file was replaced meanwhile.
        if (_lineFromLast.Scalar(run, cut.Rows - 1) is long line)
        {
            _note.Run(line, (long)FlowLogLevel.Warning, note);
            _linesAfter.Run(run, line, cut.Removed);
        }
    });

    public void RemoveUnused()
    {
        IReadOnlyList<long> processes = Guard(FindUnusedProcesses);
        Transact(() =>
        {
            int flows = SqliteSchema.Run(connection, "DELETE FROM flow WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.flow = flow.id)");
            SqliteSchema.Run(connection, "DELETE FROM script WHERE hash NOT IN (SELECT script FROM flow WHERE script IS NOT NULL)");
            using var process = new SqliteStatement(
                connection, "DELETE FROM process WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM run WHERE run.process = process.id AND run.over = 0)", 1);
            if (flows + processes.Sum(id => process.Run(id)) > 0)
            {
                // Other processes may have cached these numbers.
                writer.ForgetNumbers();
            }
        });
    }

    /// <summary>Returns some free space to the disk; false if there is no more.</summary>
    internal bool Shrink() => Guard(() =>
    {
        if (SqliteSchema.Get(connection, "freelist_count") > 0)
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = $"PRAGMA incremental_vacuum({PagesAtOnce})";
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                // Each returned row is one freed page.
            }

            if (SqliteSchema.Get(connection, "freelist_count") > 0)
            {
                return true;
            }
        }

        SqliteCheckpoint.Truncate(connection);
        return false;
    });

    public bool TryClaimPruning(DateTimeOffset now)
    {
        if (!Guard(() => IsDue(now)))
        {
            return false;
        }

        bool isMine = false;
        Transact(() =>
        {
            // Another process may have been faster.
            isMine = IsDue(now);
            if (isMine)
            {
                _settings.Set(NextPruning, Text(now + PruningTime));
            }
        });
        return isMine;
    }

    public void CompletePruning(DateTimeOffset now) => Transact(() => _settings.Set(NextPruning, Text(now + PruningInterval)));

    public HistoryStatistics Statistics() => Guard(() =>
    {
        string path = connection.DataSource;
        object? oldest = SqliteSchema.Value(connection, "SELECT created FROM run ORDER BY id LIMIT 1");
        return new HistoryStatistics(
            (int)SqliteSchema.Get(connection, "user_version"),
            new[] { path, path + "-wal", path + "-shm" }.Select(file => new FileInfo(file)).Where(file => file.Exists).Sum(file => file.Length),
            SqliteSchema.Scalar(connection, "SELECT count(*) FROM run"),
            SqliteSchema.Scalar(connection, "SELECT count(*) FROM run WHERE parent IS NULL"),
            SqliteSchema.Scalar(connection, "SELECT count(*) FROM log"),
            oldest is long created ? SqliteTime.To(created) : null);
    });

    public void Dispose()
    {
        foreach (SqliteStatement statement in (SqliteStatement[])[_isOver, _logs, _run, _lineFromLast, _note, _linesAfter, .. _parts])
        {
            statement.Dispose();
        }

        _settings.Dispose();
    }

    private static string Text(DateTimeOffset moment) => SqliteTime.From(moment).ToString(CultureInfo.InvariantCulture);

    private DateTimeOffset Before(int days)
    {
        DateTimeOffset now = time.GetUtcNow();
        return days < (now - DateTimeOffset.UnixEpoch).TotalDays ? now.AddDays(-days) : DateTimeOffset.UnixEpoch;
    }

    private bool IsDue(DateTimeOffset now)
    {
        // A time that is further ahead than ever set comes from a wrong clock.
        (bool isSet, string? text) = _settings.Get(NextPruning);
        return !isSet
            || !long.TryParse(text, CultureInfo.InvariantCulture, out long next)
            || next <= SqliteTime.From(now)
            || next > SqliteTime.From(now + PruningInterval + PruningInterval);
    }

    private long? Number(string name, long? usual)
    {
        (bool isSet, string? text) = _settings.Get(name);
        return !isSet ? usual : long.TryParse(text, CultureInfo.InvariantCulture, out long number) ? number : null;
    }

    private IReadOnlyList<long> FindUnusedProcesses()
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            "SELECT id FROM process WHERE (ended IS NOT NULL OR heartbeat < $end) AND id <> $own AND id NOT IN (SELECT DISTINCT process FROM run)";
        command.Parameters.AddWithValue("$end", SqliteTime.From(time.GetUtcNow() - ProcessAge));
        command.Parameters.AddWithValue("$own", writer.ProcessOrNone);
        return command.Rows(static row => row.GetInt64(0));
    }

    private void Transact(Action action) => Guard(() =>
    {
        writer.InTransaction(action);
        return true;
    });

    private T Guard<T>(Func<T> action) => SqliteFaults.Guard(connection, action);
}
