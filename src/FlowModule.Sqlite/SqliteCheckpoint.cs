using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Copies the contents of the write-ahead log into the file.</summary>
internal static class SqliteCheckpoint
{
    /// <summary>How long a truncating checkpoint waits for other users of the log, in milliseconds.</summary>
    private const int TruncateTimeout = 100;

    /// <summary>The number of pages that one transaction frees.</summary>
    private const int PagesAtOnce = 500;

    /// <summary>Copies the pages that no reader needs any more. It blocks nobody.</summary>
    internal static void Copy(SqliteConnection connection) => SqliteSchema.Run(connection, "PRAGMA wal_checkpoint(PASSIVE)");

    /// <summary>Copies everything and truncates the log, as far as other users of the log allow it.</summary>
    internal static void Truncate(SqliteConnection connection)
    {
        // While it waits for readers, it blocks writers.
        SqliteSchema.Run(connection, $"PRAGMA busy_timeout={TruncateTimeout}");
        try
        {
            SqliteSchema.Run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        finally
        {
            SqliteSchema.Run(connection, $"PRAGMA busy_timeout={SqliteHistoryStore.BusyTimeout}");
        }
    }

    /// <summary>Returns some free space to the disk; false if there is no more.</summary>
    internal static bool Shrink(SqliteConnection connection)
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

        Truncate(connection);
        return false;
    }
}
