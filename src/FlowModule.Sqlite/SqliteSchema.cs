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

    private static readonly string[] Steps =
    [
        SqliteTables.Runs + SqliteTables.Requests + SqliteTables.Processes + SqliteTables.RunKeys + SqliteTables.Inputs + SqliteTables.Limits + SqliteTables.Results
            + SqliteTables.Schedules,
        SqliteTables.ListIndexes,
        SqliteTables.HostOfRun,
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
                HistoryFault.TooNew, $"The history '{connection.DataSource}' was made by a newer version of FlowModule (its format is {version}; this version reads format {Version} and older ones).");
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
