using System.Text.RegularExpressions;
using FlowModule.Engine.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>SQL as SQLite has it. It writes alone, so rows need no lock.</summary>
internal sealed class SqliteDialect : SqlDialect
{
    internal static readonly SqliteDialect Instance = new();

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    internal override string Like => "LIKE";

    internal override string ForUpdate => string.Empty;

    /// <summary>Gives a connection the function behind REGEXP.</summary>
    internal static void AddTo(SqliteConnection connection) => connection.CreateFunction(
        "regexp",
        static (string pattern, string? text) => text is not null && Regex.IsMatch(text, pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Limit),
        isDeterministic: true);

    internal override string IsSame(string column, string parameter) => $"{column} = {parameter} COLLATE NOCASE";

    internal override string JoinEach(string name, string query) => $"JOIN run AS {name} ON {name}.id IN ({query})";

    internal override string Matches(string column, string parameter) => $"{column} REGEXP {parameter}";

    internal override string WithNumbers => string.Empty;

    // Some tables never use the number of a removed row again: their last numbers are in a table of SQLite. The next number of others follows from their rows.
    internal override string LastNumber(string table) => $"SELECT max(seq) FROM (SELECT seq FROM sqlite_sequence WHERE name = '{table}' UNION ALL SELECT max(id) FROM {table})";

    internal override IReadOnlyList<(string Sql, object?[] Values)> SetLastNumber(string table, long number) =>
    [
        ("DELETE FROM sqlite_sequence WHERE name = $1", [table]),
        ("INSERT INTO sqlite_sequence(name, seq) SELECT name, $2 FROM sqlite_master WHERE type = 'table' AND name = $1 AND sql LIKE '%AUTOINCREMENT%'", [table, number]),
    ];

    internal override string Unindexed(string column) => "+" + column;
}
