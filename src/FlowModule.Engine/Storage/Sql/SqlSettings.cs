namespace FlowModule.Engine.Storage.Sql;

/// <summary>The history's settings, by name.</summary>
internal sealed class SqlSettings(ISqlSession session)
{
    /// <summary>Returns a setting. A setting can exist with a null value.</summary>
    internal (bool IsSet, string? Value) Get(string name) =>
        session.Query("SELECT value FROM setting WHERE name = $1", static row => row.TextOrNull(0), name) is [var value] ? (true, value) : (false, null);

    internal void Set(string name, string? value) =>
        session.Run("INSERT INTO setting(name, value) VALUES($1, $2) ON CONFLICT(name) DO UPDATE SET value = excluded.value", name, value);

    internal void Remove(string name) => session.Run("DELETE FROM setting WHERE name = $1", name);
}
