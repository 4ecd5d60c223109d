using System.Security;
using System.Text.Encodings.Web;

namespace FlowModule.Hosting.History;

/// <summary>Texts that must not be written to disk, as they are and as XML and JSON have them. Those who add one take it back when it need not be known any more.</summary>
internal static class KnownSecrets
{
    // What is shorter would be found in every other word.
    internal const int MinLength = 3;

    private const string Masked = "***";

    // Messages may show the beginning of a long value.
    private const int ShownLength = 57;

    private static readonly object Gate = new();
    private static readonly Dictionary<string, int> Counts = new(StringComparer.Ordinal);

    /// <summary>All forms of all secrets, the longest first: one may contain another. Made anew when it is needed after a change.</summary>
    private static volatile string[]? s_forms = [];

    /// <summary>Makes a text known, once more.</summary>
    internal static void Add(string text)
    {
        lock (Gate)
        {
            Counts[text] = Counts.GetValueOrDefault(text) + 1;
            s_forms = null;
        }
    }

    /// <summary>Takes back one <see cref="Add"/>.</summary>
    internal static void Remove(string text)
    {
        lock (Gate)
        {
            int count = Counts.GetValueOrDefault(text);
            if (count > 1)
            {
                Counts[text] = count - 1;
            }
            else
            {
                Counts.Remove(text);
                s_forms = null;
            }
        }
    }

    internal static int Count
    {
        get
        {
            lock (Gate)
            {
                return Counts.Count;
            }
        }
    }

    /// <summary>Whether a secret is in a text.</summary>
    internal static bool AreIn(string text)
    {
        foreach (string form in Forms())
        {
            if (text.Contains(form, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The text with each secret masked.</summary>
    internal static string Mask(string text)
    {
        foreach (string form in Forms())
        {
            text = text.Replace(form, Masked, StringComparison.Ordinal);
        }

        return text;
    }

    private static string[] Forms()
    {
        if (s_forms is { } known)
        {
            return known;
        }

        lock (Gate)
        {
            return s_forms ??= [.. Counts.Keys.SelectMany(FormsOf).Distinct(StringComparer.Ordinal).OrderByDescending(static form => form.Length)];
        }
    }

    private static IEnumerable<string> FormsOf(string text)
    {
        string[] forms = [text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text), JavaScriptEncoder.Default.Encode(text), SecurityElement.Escape(text)];
        foreach (string form in forms)
        {
            yield return form;
            yield return HistoryXml.Escape(form);
        }

        if (text.Length > ShownLength)
        {
            yield return text[..ShownLength];
        }
    }
}
