using FlowModule.Engine.Storage;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Says what an error of SQLite means for the history.</summary>
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

    /// <summary>Whether it may go if it is tried again: another process does something that does not take long.</summary>
    internal static bool IsPassing(SqliteException exception) => exception.SqliteErrorCode is Busy or Locked or Protocol;

    /// <summary>Does something with a database, and says in the history's words what went wrong.</summary>
    /// <exception cref="HistoryException">Something did.</exception>
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

    // "SQLite Error 13: 'database or disk is full'."
    private static string WithoutCode(string message)
    {
        int quote = message.IndexOf('\'', StringComparison.Ordinal);
        return quote < 0 ? message.TrimEnd('.') : message[(quote + 1)..].TrimEnd('.', '\'');
    }
}
