using System.Text;

namespace FlowModule.Scheduling.Registrars.Crontab;

/// <summary>
/// Words of a crontab command. Two programs read it: cron, for some versions of which <c>%</c> ends the command, and sh.
/// Characters that either could misread are not in the line at all: sh creates them from digits.
/// </summary>
internal static class ShellText
{
    private const char NewLine = '\n';

    internal static string Quote(string word)
    {
        if (word.Length > 0 && word.All(IsPlain))
        {
            return word;
        }

        if (word.Contains('\'', StringComparison.Ordinal) && word.All(IsSameInDoubleQuotes))
        {
            // Used by commands for pwsh, which stay readable.
            return $"\"{word}\"";
        }

        var text = new StringBuilder();
        for (int i = 0; i < word.Length;)
        {
            bool isOdd = IsOdd(word[i]);
            int start = i;
            while (i < word.Length && IsOdd(word[i]) == isOdd)
            {
                i++;
            }

            if (!isOdd)
            {
                text.Append('\'').Append(word, start, i - start).Append('\'');
                continue;
            }

            // Command substitution removes trailing newlines, so the next character is included.
            if (word[i - 1] == NewLine)
            {
                i += i < word.Length ? char.IsHighSurrogate(word[i]) && i + 1 < word.Length ? 2 : 1
                    : throw new InexpressibleException("It cannot express a path that ends in a newline.");
            }

            text.Append("\"$(printf '").Append(Octal(word[start..i])).Append("')\"");
        }

        return text.Length == 0 ? "''" : text.ToString();
    }

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '_' or '-' or ':' or ',' or '+' or '@';

    /// <summary>Single quotes are the default, because nothing in them is special; a word that contains one needs double quotes.</summary>
    private static bool IsSameInDoubleQuotes(char letter) => letter == '\'' || (!IsOdd(letter) && letter is not ('"' or '$' or '`' or '!'));

    private static bool IsOdd(char letter) => letter is '%' or '\'' or '\\' || char.IsControl(letter);

    private static string Octal(string text)
    {
        var digits = new StringBuilder();
        foreach (byte letter in Encoding.UTF8.GetBytes(text))
        {
            digits.Append('\\').Append(Convert.ToString(letter, 8).PadLeft(3, '0'));
        }

        return digits.ToString();
    }
}
