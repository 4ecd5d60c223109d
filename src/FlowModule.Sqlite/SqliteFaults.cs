using FlowModule.Engine.Storage;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Translates SQLite errors into history errors.</summary>
internal static class SqliteFaults
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Protocol = 15;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    internal static HistoryException Describe(string path, SqliteException exception) => exception.SqliteErrorCode switch
    {
        Corrupt or NotADatabase => new HistoryException(HistoryFault.Damaged, $"The history '{path}' is damaged.", exception),
        Busy or Locked or Protocol => new HistoryException(HistoryFault.Unavailable, $"The history '{path}' cannot be used: another process has kept it busy for too long.", exception),
        _ => new HistoryException(HistoryFault.Unavailable, $"The history '{path}' cannot be used: {WithoutCode(exception.Message)}.", exception),
    };

    /// <summary>Whether a retry may succeed, because another process is doing something short.</summary>
    internal static bool IsPassing(SqliteException exception) => exception.SqliteErrorCode is Busy or Locked or Protocol;

    /// <summary>Runs an action on a database and translates its errors.</summary>
    /// <exception cref="HistoryException">The action failed.</exception>
    internal static T Guard<T>(SqliteConnection connection, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException exception)
        {
            throw Describe(connection.DataSource, exception);
        }
    }

    // Example: "SQLite Error 13: 'database or disk is full'."
    private static string WithoutCode(string message)
    {
        int quote = message.IndexOf('\'', StringComparison.Ordinal);
        return quote < 0 ? message.TrimEnd('.') : message[(quote + 1)..].TrimEnd('.', '\'');
    }
}
