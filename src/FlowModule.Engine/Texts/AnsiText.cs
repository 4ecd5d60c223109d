using System.Text.RegularExpressions;

namespace FlowModule.Engine.Texts;

/// <summary>Removes colours from text, because logs are read in files and by programs.</summary>
internal static partial class AnsiText
{
    internal static string Strip(string text) => text.Contains('\u001b', StringComparison.Ordinal) || text.Contains('\u009b', StringComparison.Ordinal)
        ? Sequences().Replace(text, string.Empty)
        : text;

    // Control sequences (colours, cursor), terminal commands up to their terminator (titles, links), and the short sequences.
    [GeneratedRegex("""(\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(\x07|\x1b\\|$)|\x1b[ -/]*[0-~]""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Sequences();
}
