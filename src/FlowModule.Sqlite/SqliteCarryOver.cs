using FlowModule.Engine.Storage;
using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Copies runs with all their child runs from an open file that was deleted or replaced to the file that is now in its place.</summary>
internal static class SqliteCarryOver
{
    /// <summary>Each file has its own numbers for flows and processes. If the new file already has a run, its version is newer and stays.</summary>
    private const string Copying =
        """
        WITH RECURSIVE inside(id) AS (SELECT id FROM temp.carried UNION SELECT run.id FROM main.run JOIN inside ON run.parent = inside.id)
            INSERT OR IGNORE INTO temp.carried SELECT id FROM inside;
        INSERT OR IGNORE INTO fresh.script SELECT * FROM main.script WHERE hash IN
            (SELECT script FROM main.flow WHERE id IN (SELECT flow FROM main.run WHERE id IN temp.carried));
        INSERT OR IGNORE INTO fresh.flow(name, script, path, line, tags, identity) SELECT name, script, path, line, tags, identity FROM main.flow WHERE id IN
            (SELECT flow FROM main.run WHERE id IN temp.carried);
        INSERT OR IGNORE INTO fresh.process(key, machine, pid, space, birth, started, has_lock, version, registered, heartbeat, ended, kill_reason)
            SELECT key, machine, pid, space, birth, started, has_lock, version, registered, heartbeat, ended, kill_reason FROM main.process WHERE id IN
            (SELECT process FROM main.run WHERE id IN temp.carried);
        INSERT INTO fresh.log(run, time, level, message) SELECT run, time, level, message FROM main.log
            WHERE run IN temp.carried AND run NOT IN (SELECT run FROM fresh.log) ORDER BY id;
        INSERT OR IGNORE INTO fresh.run(
                id, parent, root, kind, name, flow, process, created, started, ended, over, type, state, message, changed, due, attempt, errors, states,
                key, restart_of, schedule, tick, host)
            SELECT old.id, old.parent, old.root, old.kind, old.name, flow.id, coalesce(process.id, 0), old.created, old.started, old.ended, old.over, old.type,
                old.state, old.message, old.changed, old.due, old.attempt, old.errors, old.states, old.key, old.restart_of, old.schedule, old.tick, old.host
            FROM main.run AS old JOIN main.flow AS old_flow ON old_flow.id = old.flow JOIN fresh.flow AS flow ON flow.identity = old_flow.identity
                LEFT JOIN main.process AS old_process ON old_process.id = old.process LEFT JOIN fresh.process AS process ON process.key = old_process.key
            WHERE old.id IN temp.carried;
        INSERT OR IGNORE INTO fresh.state SELECT * FROM main.state WHERE run IN temp.carried;
        INSERT OR IGNORE INTO fresh.value SELECT * FROM main.value WHERE run IN temp.carried;
        INSERT OR IGNORE INTO fresh.hook SELECT * FROM main.hook WHERE run IN temp.carried;
        INSERT OR IGNORE INTO fresh.run_key SELECT * FROM main.run_key WHERE run IN temp.carried;
        INSERT OR IGNORE INTO fresh.input SELECT * FROM main.input WHERE run IN temp.carried;
        """;

    /// <summary>Unfinished runs of other processes are carried over by those processes.</summary>
    private const string CountOthers =
        """
        SELECT count(*) FROM main.run WHERE id NOT IN temp.carried AND id NOT IN (SELECT id FROM fresh.run)
            AND root IN (SELECT id FROM main.run WHERE over = 1)
        """;

    /// <param name="left">The writing connection to the deleted file.</param>
    /// <param name="path">The path of the new file.</param>
    /// <param name="runs">The runs.</param>
    internal static CarriedRuns Copy(SqliteConnection left, string path, IReadOnlyList<Guid> runs)
    {
        using (SqliteCommand attach = left.Command("ATTACH DATABASE $path AS fresh", ("$path", path)))
        {
            attach.ExecuteNonQuery();
        }

        SqliteSchema.Run(left, "CREATE TEMP TABLE carried(id BLOB PRIMARY KEY) WITHOUT ROWID");
        using (var add = new SqliteStatement(left, "INSERT INTO temp.carried VALUES($1)", 1))
        {
            foreach (Guid run in runs)
            {
                add.Run(run);
            }
        }

        SqliteSchema.Run(left, $"BEGIN; {Copying} COMMIT");
        return new CarriedRuns(Number(left, "SELECT count(*) FROM main.run WHERE id IN temp.carried"), Number(left, CountOthers));
    }

    private static int Number(SqliteConnection connection, string sql) => (int)SqliteSchema.Scalar(connection, sql);
}
