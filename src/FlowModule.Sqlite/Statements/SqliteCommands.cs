using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite.Statements;

/// <summary>Helpers for commands that run rarely, and for reading their rows.</summary>
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

    /// <summary>Returns all rows of a command.</summary>
    internal static List<T> Rows<T>(this SqliteCommand command, Func<SqliteDataReader, T> read)
    {
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>An id in the format of the file.</summary>
    internal static byte[] Bytes(this Guid id) => id.ToByteArray(bigEndian: true);

    internal static Guid Id(this SqliteDataReader reader, int column) => new((byte[])reader.GetValue(column), bigEndian: true);

    internal static string? Text(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    internal static DateTimeOffset? Time(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : SqliteTime.To(reader.GetInt64(column));
}
