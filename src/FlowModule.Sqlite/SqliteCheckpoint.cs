using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Copies the contents of the write-ahead log into the file.</summary>
internal static class SqliteCheckpoint
{
    /// <summary>How long a truncating checkpoint waits for other users of the log, in milliseconds.</summary>
    private const int TruncateTimeout = 100;

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
}
