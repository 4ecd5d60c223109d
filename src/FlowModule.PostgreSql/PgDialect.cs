using System.Security.Cryptography;
using System.Text;
using FlowModule.Engine.Storage.Sql;

namespace FlowModule.PostgreSql;

/// <summary>SQL as PostgreSQL has it.</summary>
internal sealed class PgDialect : SqlDialect
{
    internal static readonly PgDialect Instance = new();

    private const int LongestKey = 600;

    internal override string Like => "ILIKE";

    internal override string ForUpdate => " FOR UPDATE";

    internal override string TextEnd => @"\Z";

    internal override string WithNumbers => " OVERRIDING SYSTEM VALUE";

    internal override string LastNumber(string table) =>
        $"""
        SELECT max(last) FROM (
            SELECT last_value AS last FROM pg_sequences WHERE format('%I.%I', schemaname, sequencename) = pg_get_serial_sequence('{table}', 'id')
            UNION ALL SELECT max(id) FROM {table}) AS numbers
        """;

    internal override IReadOnlyList<(string Sql, object?[] Values)> SetLastNumber(string table, long number) =>
        [("SELECT setval(pg_get_serial_sequence($1, 'id'), $2)", [table, number])];

    /// <summary>An index has no room for more than some 2,700 bytes.</summary>
    internal override string AsKey(string text) => text.Length <= LongestKey ? text : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    internal override string IsSame(string column, string parameter) => $"lower({column}) = lower({parameter})";

    internal override string JoinEach(string name, string query) => $"CROSS JOIN LATERAL ({query}) AS {name}";

    internal override string Matches(string column, string parameter) => $"{column} ~* {parameter}";
}
