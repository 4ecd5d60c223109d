using FlowModule.Engine.Storage;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite.Statements;

/// <summary>Caches statements by their text; each is prepared at its first use. All members throw <see cref="HistoryException"/>.</summary>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    internal int Run(string sql, params ReadOnlySpan<object?> values)
    {
        try
        {
            return Get(sql, values.Length).Run(values);
        }
        catch (SqliteException exception)
        {
            throw SqliteFaults.Describe(connection.DataSource, exception);
        }
    }

    internal object? Scalar(string sql, params ReadOnlySpan<object?> values)
    {
        try
        {
            return Get(sql, values.Length).Scalar(values);
        }
        catch (SqliteException exception)
        {
            throw SqliteFaults.Describe(connection.DataSource, exception);
        }
    }

    internal IReadOnlyList<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        try
        {
            return Get(sql, values.Length).Query(read, values);
        }
        catch (SqliteException exception)
        {
            throw SqliteFaults.Describe(connection.DataSource, exception);
        }
    }

    public void Dispose()
    {
        foreach (SqliteStatement statement in _statements.Values)
        {
            statement.Dispose();
        }
    }

    private SqliteStatement Get(string sql, int parameters)
    {
        if (!_statements.TryGetValue(sql, out SqliteStatement? statement))
        {
            _statements.Add(sql, statement = new SqliteStatement(connection, sql, parameters));
        }

        return statement;
    }
}
