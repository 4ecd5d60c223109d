using System.Globalization;
using System.Text;

namespace FlowModule.Scheduling.Registrars.Systemd;

/// <summary>Quotes and escapes words for unit files.</summary>
internal static class UnitText
{
    /// <summary>The program of a command line, in which systemd expands no variables.</summary>
    internal static string Program(string path) => Quote(path, isArgument: false);

    /// <summary>An argument of a command line.</summary>
    internal static string Argument(string word) => Quote(word, isArgument: true);

    /// <summary>The rest of a line, such as a description.</summary>
    internal static string Rest(string text) => text.Replace("%", "%%", StringComparison.Ordinal);

    private static string Quote(string word, bool isArgument)
    {
        var text = new StringBuilder("\"");
        foreach (char letter in word)
        {
            _ = letter switch
            {
                '"' or '\\' => text.Append('\\').Append(letter),
                '%' => text.Append("%%"),
                '$' when isArgument => text.Append("$$"),
                _ when char.IsControl(letter) => text.Append(Escape(letter)),
                _ => text.Append(letter),
            };
        }

        return text.Append('"').ToString();
    }

    private static string Escape(char letter) => string.Concat(
        Encoding.UTF8.GetBytes([letter]).Select(part => string.Create(CultureInfo.InvariantCulture, $"\\x{part:x2}")));
}
