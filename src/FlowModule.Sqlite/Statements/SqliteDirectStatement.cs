using System.Text;
using FlowModule.Engine.Storage.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FlowModule.Sqlite.Statements;

/// <summary>
/// A prepared statement for the hot path, with parameters <c>$1</c>, <c>$2</c> and so on. It calls SQLite's functions directly, because an
/// ADO.NET command costs several times as much as the SQLite work itself.
/// </summary>
internal sealed class SqliteDirectStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly int[] _places;
    private byte[] _buffer = new byte[256];

    internal SqliteDirectStatement(SqliteConnection connection, string sql, int parameters)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        _places = new int[parameters + 1];
        for (int i = 1; i <= parameters; i++)
        {
            _places[i] = raw.sqlite3_bind_parameter_index(_statement, $"${i}");
        }
    }

    internal void Bind(int number, long value) => Check(raw.sqlite3_bind_int64(_statement, _places[number], value));

    internal void Bind(int number, long? value)
    {
        if (value is { } known)
        {
            Bind(number, known);
        }
        else
        {
            Check(raw.sqlite3_bind_null(_statement, _places[number]));
        }
    }

    internal void Bind(int number, DateTimeOffset? time) => Bind(number, time is { } known ? SqlTime.From(known) : null);

    internal void Bind(int number, Guid? id)
    {
        if (id is { } known)
        {
            Span<byte> bytes = stackalloc byte[16];
            known.TryWriteBytes(bytes, bigEndian: true, out _);
            Check(raw.sqlite3_bind_blob(_statement, _places[number], bytes));
        }
        else
        {
            Bind(number, (long?)null);
        }
    }

    internal void Bind(int number, byte[]? bytes) =>
        Check(bytes switch
        {
            null => raw.sqlite3_bind_null(_statement, _places[number]),
            [] => raw.sqlite3_bind_zeroblob(_statement, _places[number], 0),
            _ => raw.sqlite3_bind_blob(_statement, _places[number], bytes),
        });

    internal void Bind(int number, string? text)
    {
        if (text is null)
        {
            Bind(number, (long?)null);
            return;
        }

        if (text.Length == 0)
        {
            // An empty span would be bound as NULL.
            Check(raw.sqlite3_bind_text(_statement, _places[number], text));
            return;
        }

        int longest = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[] buffer = longest <= _buffer.Length ? _buffer : Grow(longest);
        Check(raw.sqlite3_bind_text(_statement, _places[number], buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer))));
    }

    /// <summary>Executes the statement with the bound values. It returns no rows.</summary>
    internal void Execute()
    {
        int code = raw.sqlite3_step(_statement);

        // Ignored, because reset returns the error of the last step again.
        _ = raw.sqlite3_reset(_statement);
        Check(code == raw.SQLITE_DONE ? raw.SQLITE_OK : code);
    }

    /// <summary>Executes the statement with the bound values. Returns the number in the first column of the first row; null without rows.</summary>
    internal long? Read()
    {
        int code = raw.sqlite3_step(_statement);
        long? number = code == raw.SQLITE_ROW && raw.sqlite3_column_type(_statement, 0) != raw.SQLITE_NULL ? raw.sqlite3_column_int64(_statement, 0) : null;
        _ = raw.sqlite3_reset(_statement);
        Check(code is raw.SQLITE_ROW or raw.SQLITE_DONE ? raw.SQLITE_OK : code);
        return number;
    }

    public void Dispose() => _statement.Dispose();

    private byte[] Grow(int length)
    {
        // A buffer for a large value is not kept for later values.
        var buffer = new byte[length];
        if (length <= 64 * 1024)
        {
            _buffer = buffer;
        }

        return buffer;
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);
}
