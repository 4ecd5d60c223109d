using Npgsql;

namespace FlowModule.PostgreSql;

/// <summary>What a line says to the server.</summary>
internal static class PgLineCommands
{
    extension(NpgsqlConnection connection)
    {
        internal async Task Execute(string sql)
        {
            using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }

        internal async Task<bool> Ask(string sql)
        {
            using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync().ConfigureAwait(false) is true;
        }
    }
}
