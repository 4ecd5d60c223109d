using FlowModule.Engine;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Says what an error of SQLite means for the history.</summary>
internal static class SqliteFaults
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    internal static HistoryException Describe(string path, SqliteException exception) => exception.SqliteErrorCode switch
    {
        Corrupt or NotADatabase => new HistoryException(HistoryFault.Damaged, $"The history '{path}' is damaged.", exception),
        _ => new HistoryException(HistoryFault.Unavailable, $"The history '{path}' cannot be used: {WithoutCode(exception.Message)}.", exception),
    };

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
