using System.Net;
using System.Security;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using FlowModule.Engine.Texts;
using FlowModule.Values;

namespace FlowModule.Secrets;

/// <summary>The forms of a secret in written text: plain, in XML and JSON, in base64 (also inside longer base64 text), and in a URL.</summary>
internal static partial class SecretForms
{
    // Messages may show the beginning of a long value.
    private const int ShownLength = 57;

    // Logs are written in lines. Shorter lines, such as a bracket or a common word, would match too often.
    private const int ShortestLine = 8;

    // The part of a short secret's base64 that does not depend on the surrounding text may be too short to recognize.
    private const int ShortestBase64 = 4;

    /// <summary>All forms of a text that has at least the length <see cref="TextMasks.MinLength"/>.</summary>
    internal static string[] Of(string text) => [.. Encoded(text).SelectMany(Written).Where(static form => form.Length >= TextMasks.MinLength).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<string> Encoded(string text)
    {
        yield return text;
        yield return VisibleText.OfName(text);
        yield return VisibleText.OfMessage(text);
        if (text.Length > ShownLength)
        {
            yield return text[..ShownLength];
        }

        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length >= ShortestLine && line.Length < text.Length))
        {
            yield return line;
        }

        foreach (string form in (string[])[.. Base64(Encoding.UTF8.GetBytes(text)), .. Base64(Encoding.Unicode.GetBytes(text))])
        {
            yield return form;
            yield return form.Replace('+', '-').Replace('/', '_');
        }

        foreach (string form in (string[])[Uri.EscapeDataString(text), WebUtility.UrlEncode(text)])
        {
            yield return form;
            yield return HexDigits().Replace(form, static digits => digits.Value.ToLowerInvariant());
        }
    }

    /// <summary>The complete base64; and the part that is the same at every position in a longer text.</summary>
    private static IEnumerable<string> Base64(byte[] bytes)
    {
        const int BitsOfByte = 8, BitsOfCharacter = 6;
        yield return Convert.ToBase64String(bytes);
        for (int before = 0; before < 3; before++)
        {
            string text = Convert.ToBase64String([.. new byte[before], .. bytes]);
            int first = ((before * BitsOfByte) + BitsOfCharacter - 1) / BitsOfCharacter;
            int end = (before + bytes.Length) * BitsOfByte / BitsOfCharacter;
            if (end - first >= ShortestBase64)
            {
                yield return text[first..end];
            }
        }
    }

    private static IEnumerable<string> Written(string text)
    {
        foreach (string form in (string[])[text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text), JavaScriptEncoder.Default.Encode(text), SecurityElement.Escape(text)])
        {
            yield return form;
            yield return KeptText.Escape(form);
        }
    }

    [GeneratedRegex("%[0-9A-F]{2}", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex HexDigits();
}
