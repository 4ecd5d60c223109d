using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Sql;
using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>A connection to the file. Each statement is prepared at its first use.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : ISqlSession, IDisposable
{
    /// <summary>How many statements stay prepared: the texts of queries for runs vary with what they ask for.</summary>
    private const int Capacity = 200;

    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private readonly object _gate = new();
    private SqliteDirectStatement? _begin;
    private SqliteDirectStatement? _commit;
    private bool _isClosed;

    public SqlDialect Dialect => SqliteDialect.Instance;

    internal SqliteConnection Connection => connection;

    /// <summary>Called when a transaction was rolled back: its rows are not there.</summary>
    internal Action? RolledBack { get; set; }

    public int Run(string sql, params ReadOnlySpan<object?> values)
    {
        lock (_gate)
        {
            RequireOpen();
            try
            {
                return Get(sql, values.Length).Run(values);
            }
            catch (SqliteException exception)
            {
                throw SqliteFaults.Describe(connection.DataSource, exception);
            }
        }
    }

    public void RunAll(IReadOnlyList<(string Sql, object?[] Values)> statements)
    {
        foreach ((string sql, object?[] values) in statements)
        {
            Run(sql, values);
        }
    }

    public IReadOnlyList<T> Query<T>(string sql, Func<SqlRow, T> read, params ReadOnlySpan<object?> values)
    {
        lock (_gate)
        {
            RequireOpen();
            try
            {
                return Get(sql, values.Length).Query(read, values);
            }
            catch (SqliteException exception)
            {
                throw SqliteFaults.Describe(connection.DataSource, exception);
            }
        }
    }

    /// <summary>Runs an action in one transaction, and waits for the transactions of others: there is one writer at a time, whatever the area.</summary>
    public void InTransaction(SqlArea area, Action action)
    {
        lock (_gate)
        {
            RequireOpen();
            try
            {
                Transact(action);
            }
            catch (SqliteException exception)
            {
                throw SqliteFaults.Describe(connection.DataSource, exception);
            }
        }
    }

    public void Dispose()
    {
        // Waits until no thread uses the connection.
        lock (_gate)
        {
            _isClosed = true;
            Clear();
            _begin?.Dispose();
            _commit?.Dispose();
            connection.Dispose();
        }
    }

    private void RequireOpen()
    {
        if (_isClosed)
        {
            throw new HistoryException(HistoryFault.Unavailable, $"The history '{connection.DataSource}' was closed.");
        }
    }

    private void Transact(Action action)
    {
        _begin ??= new SqliteDirectStatement(connection, "BEGIN IMMEDIATE", 0);
        _commit ??= new SqliteDirectStatement(connection, "COMMIT", 0);
        _begin.Execute();
        try
        {
            action();
            _commit.Execute();
        }
        catch
        {
            RolledBack?.Invoke();
            try
            {
                SqliteSchema.Run(connection, "ROLLBACK");
            }
            catch (SqliteException)
            {
                // SQLite has already rolled back.
            }

            throw;
        }
    }

    private SqliteStatement Get(string sql, int parameters)
    {
        if (!_statements.TryGetValue(sql, out SqliteStatement? statement))
        {
            if (_statements.Count == Capacity)
            {
                Clear();
            }

            _statements.Add(sql, statement = new SqliteStatement(connection, sql, parameters));
        }

        return statement;
    }

    private void Clear()
    {
        foreach (SqliteStatement statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
    }
}
