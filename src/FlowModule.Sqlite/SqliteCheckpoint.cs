using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Copies what the write-ahead log holds into the file.</summary>
internal static class SqliteCheckpoint
{
    /// <summary>How long a checkpoint that others must leave the log for waits for them, in milliseconds.</summary>
    private const int TruncateTimeout = 100;

    /// <summary>Copies what nobody reads any more: it keeps nobody waiting.</summary>
    internal static void Copy(SqliteConnection connection) => SqliteSchema.Run(connection, "PRAGMA wal_checkpoint(PASSIVE)");

    /// <summary>Copies all, and makes the log empty; where others use it meanwhile, as far as that goes.</summary>
    internal static void Truncate(SqliteConnection connection)
    {
        // Waiting for readers it would keep writers out.
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
