using System.Text;
using System.Text.RegularExpressions;

namespace FlowModule.Engine.Storage;

/// <summary>Translates PowerShell's wildcards (*, ?, [abc], and ` as the escape character) to regular expressions, equal for all stores.</summary>
internal static class NamePattern
{
    /// <summary>A regular expression that matches a whole text; to be used without case.</summary>
    /// <param name="pattern">The wildcards.</param>
    /// <param name="end">How the store's regular expressions say the end of a text.</param>
    internal static string OfText(string pattern, string end = @"\z") => $@"\A{Translate(pattern)}{end}";

    /// <summary>A regular expression that matches one line of a text; to be used without case.</summary>
    /// <param name="pattern">The wildcards.</param>
    /// <param name="end">How the store's regular expressions say the end of a text.</param>
    internal static string OfLine(string pattern, string end = @"\z") => $@"(\A|\n){Translate(pattern)}(\n|{end})";

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
