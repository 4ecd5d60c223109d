using System.Globalization;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>Removes finished runs.</summary>
/// <param name="session">The database.</param>
/// <param name="writer">What this process is there.</param>
/// <param name="time">The clock.</param>
/// <param name="format">The version of the tables.</param>
/// <param name="size">How many bytes the history has; null where that cannot be told.</param>
internal sealed class SqlRetention(ISqlSession session, ISqlRunWriter writer, TimeProvider time, int format, Func<long?> size) : IRetentionStore
{
    private const string KeepDays = "KeepDays";
    private const string KeepRuns = "KeepRuns";
    private const string KeepLogSize = "KeepLogSize";
    private const string NextPruning = "NextPruning";

    /// <summary>The number of rows that one transaction removes: some milliseconds of work.</summary>
    private const int RowsAtOnce = 2000;

    /// <summary>A process without runs is removed when its last heartbeat is older than this.</summary>
    private static readonly TimeSpan ProcessAge = TimeSpan.FromDays(1);

    private static readonly TimeSpan PruningInterval = TimeSpan.FromDays(1);

    /// <summary>The time for pruning until another process may take over, because the first may have died.</summary>
    private static readonly TimeSpan PruningTime = TimeSpan.FromMinutes(10);

    /// <summary>Every table with rows of a run, except its log: these rows are removed with the run.</summary>
    private static readonly string[] Parts = ["state", "value", "request", "input", "run_key", "hook"];

    private readonly SqlSettings _settings = new(session);

    public RetentionSettings Settings
    {
        get => new RetentionSettings(
            (int?)Number(KeepDays, RetentionSettings.Default.KeepDays), (int?)Number(KeepRuns, RetentionSettings.Default.KeepRuns), Number(KeepLogSize, RetentionSettings.Default.KeepLogSize));
        set => Transact(() =>
        {
            _settings.Set(KeepDays, value.KeepDays?.ToString(CultureInfo.InvariantCulture));
            _settings.Set(KeepRuns, value.KeepRuns?.ToString(CultureInfo.InvariantCulture));
            _settings.Set(KeepLogSize, value.KeepLogSize?.ToString(CultureInfo.InvariantCulture));

            // Expired runs are looked for soon.
            _settings.Remove(NextPruning);
        });
    }

    public IReadOnlyList<Guid> FindExpired(RetentionSettings settings, Guid? after, int limit)
    {
        var parameters = new SqlParameters();
        var reasons = new List<string>(2);
        if (settings.KeepDays is { } days)
        {
            DateTimeOffset end = Before(days);
            reasons.Add($"(id < {parameters.Add(SqlTime.FirstIdAt(end))} AND changed < {parameters.Add(end)})");
        }

        if (settings.KeepRuns is { } runs)
        {
            // The newest run that exceeds the count. With fewer runs it is null, and no run is smaller.
            reasons.Add($"id <= (SELECT id FROM run WHERE parent IS NULL ORDER BY id DESC LIMIT 1 OFFSET {parameters.Add(runs)})");
        }

        if (reasons.Count == 0)
        {
            return [];
        }

        // The first condition covers all that the second can cover, so that the index search can end early.
        // A suspended run is not finished: a person may be about to answer it.
        return session.Query(
            $"""
            SELECT id FROM run WHERE parent IS NULL AND id > {parameters.Add(after ?? Guid.Empty)} AND over = 1 AND type <> {(int)StateType.Paused} AND ({string.Join(" OR ", reasons)})
            ORDER BY id LIMIT {parameters.Add(limit)}
            """,
            static row => row.Id(0), parameters.Values);
    }

    public IReadOnlyList<Guid> FindTree(Guid run)
    {
        IReadOnlyList<(Guid Id, bool IsOver)> tree = session.Query(
            """
            WITH RECURSIVE inside(id, depth) AS (SELECT $1, 0 UNION ALL SELECT run.id, depth + 1 FROM run JOIN inside ON run.parent = inside.id)
            SELECT inside.id, run.over FROM inside JOIN run ON run.id = inside.id ORDER BY depth DESC
            """,
            static row => (row.Id(0), row.Flag(1)), run);
        return tree.All(static found => found.IsOver) ? [.. tree.Select(static found => found.Id)] : [];
    }

    public (int Done, int Removed) Remove(IReadOnlyList<Guid> runs, int start)
    {
        int done = 0, removed = 0;
        session.InTransaction(SqlArea.Runs, () =>
        {
            (done, removed) = (0, 0);
            int rows = 0;
            while (start + done < runs.Count && rows < RowsAtOnce)
            {
                Guid run = runs[start + done];
                if (session.Number($"SELECT over FROM run WHERE id = $1{session.Dialect.ForUpdate}", run) != 1)
                {
                    // Another process has removed or resumed it.
                    done++;
                    continue;
                }

                rows += session.Run("DELETE FROM log WHERE id IN (SELECT id FROM log WHERE run = $1 LIMIT $2)", run, RowsAtOnce - rows);
                if (rows >= RowsAtOnce)
                {
                    // The run may have more rows.
                    break;
                }

                rows += Parts.Sum(part => session.Run($"DELETE FROM {part} WHERE run = $1", run)) + session.Run("DELETE FROM run WHERE id = $1", run);
                done++;
                removed++;
            }
        });
        return (done, removed);
    }

    public void LeaveOut(Guid run, LogCut cut, string note) => session.InTransaction(SqlArea.Runs, () =>
    {
        // There may be fewer lines, if the file was replaced meanwhile.
        if (session.Number("SELECT id FROM log WHERE run = $1 ORDER BY id DESC LIMIT 1 OFFSET $2", run, cut.Rows - 1) is { } line)
        {
            session.Run("UPDATE log SET level = $2, message = $3 WHERE id = $1", line, FlowLogLevel.Warning, note);
            session.Run("DELETE FROM log WHERE id IN (SELECT id FROM log WHERE run = $1 AND id > $2 ORDER BY id LIMIT $3)", run, line, cut.Removed);
        }
    });

    public void RemoveUnused()
    {
        IReadOnlyList<long> processes = session.Query(
            "SELECT id FROM process WHERE (ended IS NOT NULL OR heartbeat < $1) AND id <> $2 AND id NOT IN (SELECT DISTINCT process FROM run)",
            static row => row.Number(0), time.GetUtcNow() - ProcessAge, writer.ProcessOrNone);
        session.InTransaction(SqlArea.Retention, () =>
        {
            int flows = session.Run("DELETE FROM flow WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.flow = flow.id)");
            session.Run("DELETE FROM script WHERE hash NOT IN (SELECT script FROM flow WHERE script IS NOT NULL)");
            int gone = processes.Sum(id => session.Run(
                "DELETE FROM process WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM run WHERE run.process = process.id AND run.over = 0)", id));
            if (flows + gone > 0)
            {
                // Other processes may have cached these numbers.
                writer.ForgetNumbers();
            }
        });
    }

    public bool TryClaimPruning()
    {
        if (!IsDue())
        {
            return false;
        }

        bool isMine = false;
        Transact(() =>
        {
            // Another process may have been faster.
            isMine = IsDue();
            if (isMine)
            {
                _settings.Set(NextPruning, Text(time.GetUtcNow() + PruningTime));
            }
        });
        return isMine;
    }

    public void CompletePruning() => Transact(() => _settings.Set(NextPruning, Text(time.GetUtcNow() + PruningInterval)));

    public HistoryStatistics Statistics() => new(
        format,
        size(),
        session.Number("SELECT count(*) FROM run")!.Value,
        session.Number("SELECT count(*) FROM run WHERE parent IS NULL")!.Value,
        session.Number("SELECT count(*) FROM log")!.Value,
        session.Number("SELECT created FROM run ORDER BY id LIMIT 1") is { } created ? SqlTime.To(created) : null);

    private static string Text(DateTimeOffset moment) => SqlTime.From(moment).ToString(CultureInfo.InvariantCulture);

    private DateTimeOffset Before(int days)
    {
        DateTimeOffset now = time.GetUtcNow();
        return days < (now - DateTimeOffset.UnixEpoch).TotalDays ? now.AddDays(-days) : DateTimeOffset.UnixEpoch;
    }

    private bool IsDue()
    {
        DateTimeOffset now = time.GetUtcNow();

        // A time that is further ahead than ever set comes from a wrong clock.
        (bool isSet, string? text) = _settings.Get(NextPruning);
        return !isSet
            || !long.TryParse(text, CultureInfo.InvariantCulture, out long next)
            || next <= SqlTime.From(now)
            || next > SqlTime.From(now + PruningInterval + PruningInterval);
    }

    private long? Number(string name, long? usual)
    {
        (bool isSet, string? text) = _settings.Get(name);
        return !isSet ? usual : long.TryParse(text, CultureInfo.InvariantCulture, out long number) ? number : null;
    }

    private void Transact(Action action) => session.InTransaction(SqlArea.Retention, action);
}
