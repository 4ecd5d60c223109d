using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>PowerShell's patterns (*, ?, [abc], and ` before what stands for itself) as SQLite can match them.</summary>
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

    /// <summary>A regular expression for a whole text.</summary>
    internal static string OfText(string pattern) => $@"\A{Translate(pattern)}\z";

    /// <summary>A regular expression for one line of a text.</summary>
    internal static string OfLine(string pattern) => $@"(\A|\n){Translate(pattern)}(\n|\z)";

    private static string Translate(string pattern)
    {
        var regex = new StringBuilder();
        for (int i = 0; i < pattern.Length; i++)
        {
            char character = pattern[i];
            int end;
            switch (character)
            {
                case '*':
                    regex.Append(@"[^\n]*");
                    break;
                case '?':
                    regex.Append(@"[^\n]");
                    break;
                case '`' when i + 1 < pattern.Length:
                    regex.Append(Regex.Escape(pattern[++i].ToString()));
                    break;
                case '[' when (end = pattern.IndexOf(']', i + 1)) > i + 1:
                    regex.Append('[').Append(pattern[(i + 1)..end].Replace(@"\", @"\\", StringComparison.Ordinal).Replace("^", @"\^", StringComparison.Ordinal)).Append(']');
                    i = end;
                    break;
                default:
                    regex.Append(Regex.Escape(character.ToString()));
                    break;
            }
        }

        return regex.ToString();
    }
}
