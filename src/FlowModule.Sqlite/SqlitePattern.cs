using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Patterns of names as SQLite can match them.</summary>
internal static class SqlitePattern
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Gives a connection the function behind SQL's REGEXP.</summary>
    internal static void AddTo(SqliteConnection connection) => connection.CreateFunction(
        "regexp",
        static (string pattern, string? text) => text is not null && Regex.IsMatch(text, pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Limit),
        isDeterministic: true);

    /// <summary>A pattern without brackets for LIKE, with \ as its escape.</summary>
    internal static string Like(string pattern)
    {
        var like = new StringBuilder();
        foreach (char character in pattern)
        {
            like.Append(character switch
            {
                '*' => "%",
                '?' => "_",
                '%' or '_' or '\\' => "\\" + character,
                _ => character.ToString(),
            });
        }

        return like.ToString();
    }

    /// <summary>A pattern for LIKE, with \ as its escape, of all that has a text in it.</summary>
    internal static string Containing(string text) =>
        $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
}
