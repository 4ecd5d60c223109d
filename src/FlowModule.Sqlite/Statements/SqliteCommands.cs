using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite.Statements;

/// <summary>Helpers for commands that run rarely.</summary>
internal static class SqliteCommands
{
    internal static SqliteCommand Command(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
