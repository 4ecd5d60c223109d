using System.Diagnostics;
using FlowModule.Engine.Storage;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>
/// The tables of the file, and the upgrade of older files. Steps are only ever added at the end: a file of version n has had the first n
/// steps.
/// </summary>
internal static class SqliteSchema
{
    // "FLOW": distinguishes the file from any other SQLite database.
    private const long ApplicationId = 0x464C4F57;

    private const int PersistMilliseconds = 10;

    private const string RunTables =
        """
        CREATE TABLE script(hash TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE flow(
            id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE, script TEXT, path TEXT, line INTEGER, tags TEXT,
            identity TEXT NOT NULL UNIQUE);
        CREATE INDEX flow_name ON flow(name);
        CREATE TABLE run(
            id BLOB PRIMARY KEY, parent BLOB, root BLOB NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL COLLATE NOCASE,
            flow INTEGER NOT NULL, process INTEGER NOT NULL, created INTEGER NOT NULL, started INTEGER, ended INTEGER, over INTEGER NOT NULL,
            type INTEGER NOT NULL, state TEXT, message TEXT, changed INTEGER NOT NULL, due INTEGER, attempt INTEGER NOT NULL,
            errors INTEGER NOT NULL, states INTEGER NOT NULL, key BLOB, restart_of BLOB,
            schedule TEXT COLLATE NOCASE, tick INTEGER) WITHOUT ROWID;
        CREATE INDEX run_parent ON run(parent, id) WHERE parent IS NOT NULL;
        CREATE INDEX run_top ON run(id) WHERE parent IS NULL;
        CREATE INDEX run_flow ON run(flow, id);
        CREATE INDEX run_schedule ON run(schedule, id) WHERE schedule IS NOT NULL;
        CREATE INDEX run_open ON run(process) WHERE over = 0;
        CREATE TABLE state(
            run BLOB NOT NULL, number INTEGER NOT NULL, time INTEGER NOT NULL, type INTEGER NOT NULL, name TEXT, message TEXT, due INTEGER,
            PRIMARY KEY(run, number)) WITHOUT ROWID;
        CREATE TABLE value(
            run BLOB NOT NULL, kind INTEGER NOT NULL, text TEXT, note TEXT, PRIMARY KEY(run, kind)) WITHOUT ROWID;
        CREATE TABLE log(id INTEGER PRIMARY KEY, run BLOB NOT NULL, time INTEGER NOT NULL, level INTEGER NOT NULL, message TEXT NOT NULL);
        CREATE INDEX log_run ON log(run, id);
        CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
        """;

    // Lists show runs without a parent. A search reads all that it looks at from the index, so it need not read the rows of the table. Both have
    // the column that their condition is about: otherwise SQLite reads the rows for it.
    private const string ListIndexes =
        """
        DROP INDEX run_top;
        CREATE INDEX run_top ON run(id, parent, name, flow, type, state, message, schedule) WHERE parent IS NULL;
        CREATE INDEX run_flow_top ON run(flow, id, parent) WHERE parent IS NULL;
        """;

    private static readonly string[] Steps =
    [
        RunTables + SqliteRequests.Tables + SqliteProcesses.Tables + SqliteRunKeys.Tables + SqliteInputs.Tables + SqliteLimits.Tables + SqliteResults.Tables
            + SqliteSchedules.Tables,
        ListIndexes,
    ];

    internal static int Version => Steps.Length;

    /// <summary>Checks that a file is empty or a history that this version can read. It changes nothing.</summary>
    /// <exception cref="HistoryException">A newer version created the file, or it is not a history.</exception>
    internal static void Check(SqliteConnection connection)
    {
        long version = Get(connection, "user_version");
        long owner = Get(connection, "application_id");
        if (owner != ApplicationId && (owner != 0 || version != 0 || Scalar(connection, "SELECT count(*) FROM sqlite_master") != 0))
        {
            throw new HistoryException(HistoryFault.Unavailable, $"'{connection.DataSource}' is a database, but not a history of FlowModule.");
        }

        if (version > Version)
        {
            throw new HistoryException(
                HistoryFault.TooNew, $"The history '{connection.DataSource}' was made by a newer version of FlowModule (its format is {version}, this version knows {Version}).");
        }
    }

    /// <summary>Upgrades the file to this version.</summary>
    /// <exception cref="HistoryException">A newer version created the file, or it is not a history.</exception>
    internal static void Apply(SqliteConnection connection)
    {
        Check(connection);
        if (Get(connection, "user_version") == Version)
        {
            return;
        }

        // Only an empty file accepts this setting. It allows the file to shrink when runs are removed.
        Run(connection, "PRAGMA auto_vacuum=INCREMENTAL");
        Persist(() => Run(connection, "PRAGMA journal_mode=WAL"));
        Persist(() => Run(connection, "BEGIN IMMEDIATE"));
        try
        {
            // Checked again: without a file lock, another process may have changed the file meanwhile.
            Check(connection);
            for (long step = Get(connection, "user_version"); step < Version; step++)
            {
                Run(connection, Steps[step]);
            }

            Run(connection, $"PRAGMA application_id={ApplicationId}");
            Run(connection, $"PRAGMA user_version={Version}");
            Run(connection, "COMMIT");
        }
        catch
        {
            RollBack(connection);
            throw;
        }
    }

    /// <summary>Retries until the action succeeds. For some actions, SQLite does not wait for other processes.</summary>
    private static void Persist(Action action)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                action();
                return;
            }
            catch (SqliteException exception) when (SqliteFaults.IsPassing(exception) && watch.ElapsedMilliseconds < SqliteHistoryStore.BusyTimeout)
            {
                Thread.Sleep(PersistMilliseconds);
            }
        }
    }

    private static void RollBack(SqliteConnection connection)
    {
        try
        {
            Run(connection, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has already rolled back.
        }
    }

    internal static int Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    internal static long Get(SqliteConnection connection, string pragma) => Scalar(connection, $"PRAGMA {pragma}");

    internal static long Scalar(SqliteConnection connection, string sql) =>
        Convert.ToInt64(Value(connection, sql), System.Globalization.CultureInfo.InvariantCulture);

    internal static object? Value(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
