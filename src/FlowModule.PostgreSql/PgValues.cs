using FlowModule.Engine.Storage.Sql;
using Npgsql;

namespace FlowModule.PostgreSql;

/// <summary>Statements with their values.</summary>
internal static class PgValues
{
    internal static NpgsqlCommand Command(string sql, ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(sql);
        foreach (object? value in values)
        {
            command.Parameters.Add(Parameter(value));
        }

        return command;
    }

    internal static NpgsqlBatch Batch(IReadOnlyList<(string Sql, object?[] Values)> statements)
    {
        var batch = new NpgsqlBatch();
        foreach ((string sql, object?[] values) in statements)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (object? value in values)
            {
                command.Parameters.Add(Parameter(value));
            }

            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    private static NpgsqlParameter Parameter(object? value) => new()
    {
        Value = SqlValue.Of(value) switch
        {
            null => DBNull.Value,
            string text => PgText.Encode(text),
            string?[] texts => Array.ConvertAll(texts, static text => text is null ? null : PgText.Encode(text)),
            var other => other,
        },
    };
}
