using System.Buffers;
using System.Globalization;
using System.Text;

namespace FlowModule.Engine.Texts;

/// <summary>
/// Text that is stored and later shown to others. Each character that would control a terminal or change
/// the reading order is replaced by a visible symbol: all control characters, and Unicode's separators and direction changes.
/// </summary>
internal static class VisibleText
{
    private const char Delete = '\u007f';
    private const char Pictures = '\u2400';
    private const char PictureOfDelete = '\u2421';

    private const string Unseen =
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000b\u000c\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"
        + "\u007f\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f"
        + "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

    private static readonly SearchValues<char> InMessages = SearchValues.Create(Unseen);
    private static readonly SearchValues<char> InNames = SearchValues.Create(Unseen + "\t\n");

    /// <summary>A name, on one line, with nothing hidden.</summary>
    internal static string OfName(string name) => name.AsSpan().IndexOfAny(InNames) < 0 ? name : Replace(name, InNames);

    /// <summary>A message, which may have several lines and tabs. Colours are removed.</summary>
    internal static string OfMessage(string message) => message.AsSpan().IndexOfAny(InMessages) < 0 ? message : Replace(AnsiText.Strip(message), InMessages);

    private static string Replace(string text, SearchValues<char> unseen)
    {
        var visible = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            char letter = text[i];
            bool isLineEnd = letter == '\r' && i + 1 < text.Length && text[i + 1] == '\n' && !unseen.Contains('\n');
            _ = !unseen.Contains(letter) || isLineEnd ? visible.Append(letter)
                : letter < ' ' ? visible.Append((char)(Pictures + letter))
                : letter == Delete ? visible.Append(PictureOfDelete)
                : visible.Append(CultureInfo.InvariantCulture, $"<U+{(int)letter:X4}>");
        }

        return visible.ToString();
    }
}
