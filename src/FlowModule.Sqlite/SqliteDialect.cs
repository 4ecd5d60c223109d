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

    internal override string Unindexed(string column) => "+" + column;
}
