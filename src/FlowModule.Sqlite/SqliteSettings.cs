using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>The file's settings, by name.</summary>
internal sealed class SqliteSettings(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement _get = new(connection, "SELECT coalesce(value, '') FROM setting WHERE name = $1", 1);
    private readonly SqliteStatement _set = new(connection, "INSERT OR REPLACE INTO setting(name, value) VALUES($1, $2)", 2);
    private readonly SqliteStatement _remove = new(connection, "DELETE FROM setting WHERE name = $1", 1);

    /// <summary>Returns a setting. A setting can exist with a null value.</summary>
    internal (bool IsSet, string? Value) Get(string name) => _get.Scalar(name) is string text ? (true, text.Length == 0 ? null : text) : (false, null);

    internal void Set(string name, string? value) => _set.Run(name, value);

    internal void Remove(string name) => _remove.Run(name);

    public void Dispose()
    {
        _get.Dispose();
        _set.Dispose();
        _remove.Dispose();
    }
}
