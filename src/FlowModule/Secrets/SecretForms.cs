using System.Net;
using System.Security;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using FlowModule.Engine.Texts;
using FlowModule.Values;

namespace FlowModule.Secrets;

/// <summary>What a secret looks like where it is written: as it is, in XML and JSON, in base64 (also in the middle of more), and in a URL.</summary>
internal static partial class SecretForms
{
    // Messages may show the beginning of a long value.
    private const int ShownLength = 57;

    // A log comes line by line. What is shorter is found too often: a bracket, a common word.
    private const int ShortestLine = 8;

    // What of a short secret does not depend on what it is encoded together with may be too short to tell.
    private const int ShortestBase64 = 4;

    /// <summary>All forms of a text that is at least as long as <see cref="TextMasks.MinLength"/>.</summary>
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

    /// <summary>The whole of it; and what is the same wherever in a longer text it stands.</summary>
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

    [GeneratedRegex("%[0-9A-F]{2}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex HexDigits();
}
