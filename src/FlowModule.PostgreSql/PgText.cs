using System.Globalization;
using System.Text;

namespace FlowModule.PostgreSql;

/// <summary>
/// Texts as the database can hold them. It refuses U+0000 and half of a surrogate pair, which .NET texts may have. They are written as U+FDD0, which no
/// text has (Unicode keeps it for such uses), and four hexadecimal digits; and so is U+FDD0 itself.
/// </summary>
internal static class PgText
{
    private const char Mark = '\uFDD0';
    private const int Digits = 4;

    internal static string Encode(string text)
    {
        int first = FirstToEscape(text, 0);
        if (first < 0)
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + Digits);
        int from = 0;
        for (int at = first; at >= 0; at = FirstToEscape(text, from))
        {
            encoded.Append(text, from, at - from).Append(Mark).Append(((int)text[at]).ToString("X4", CultureInfo.InvariantCulture));
            from = at + 1;
        }

        return encoded.Append(text, from, text.Length - from).ToString();
    }

    internal static string Decode(string text)
    {
        if (!text.Contains(Mark, StringComparison.Ordinal))
        {
            return text;
        }

        var decoded = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == Mark && i + Digits < text.Length
                && ushort.TryParse(text.AsSpan(i + 1, Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort character))
            {
                decoded.Append((char)character);
                i += Digits;
            }
            else
            {
                decoded.Append(text[i]);
            }
        }

        return decoded.ToString();
    }

    private static int FirstToEscape(string text, int from)
    {
        for (int i = from; i < text.Length; i++)
        {
            char character = text[i];
            if (char.IsHighSurrogate(character) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (character is '\0' or Mark || char.IsSurrogate(character))
            {
                return i;
            }
        }

        return -1;
    }
}
