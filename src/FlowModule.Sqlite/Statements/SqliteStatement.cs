using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite.Statements;

/// <summary>A statement that is prepared once and run many times, with parameters <c>$1</c>, <c>$2</c> and so on.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteCommand _command;

    internal SqliteStatement(SqliteConnection connection, string sql, int parameters)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        for (int i = 1; i <= parameters; i++)
        {
            _command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        }
    }

    internal int Run(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteNonQuery();
    }

    /// <summary>Returns the first column of the first row; null without rows.</summary>
    internal object? Scalar(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    /// <summary>Returns all rows.</summary>
    internal List<T> Query<T>(Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.Rows(read);
    }

    public void Dispose() => _command.Dispose();

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            _command.Parameters[i].Value = values[i] switch
            {
                null => DBNull.Value,
                Guid id => id.Bytes(),
                DateTimeOffset time => SqliteTime.From(time),
                bool flag => flag ? 1L : 0L,
                Enum value => Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture),
                var value => value,
            };
        }
    }
}
