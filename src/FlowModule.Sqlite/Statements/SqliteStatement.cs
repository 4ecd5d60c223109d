using FlowModule.Engine.Storage.Sql;
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

    /// <summary>Returns all rows.</summary>
    internal List<T> Query<T>(Func<SqlRow, T> read, params ReadOnlySpan<object?> values)
    {
        Bind(values);
        using SqliteDataReader reader = _command.ExecuteReader();
        var row = new SqlRow(reader);
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(row));
        }

        return rows;
    }

    public void Dispose() => _command.Dispose();

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            _command.Parameters[i].Value = SqlValue.Of(values[i]) switch
            {
                null => DBNull.Value,
                Guid id => id.ToByteArray(bigEndian: true),
                var value => value,
            };
        }
    }
}
