using System.Security;

namespace FlowModule.Hosting.History;

/// <summary>Texts that must not be written to disk: those of secret parameters and of credentials that runs were given.</summary>
internal static class KnownSecrets
{
    private const string Masked = "***";

    // What is shorter would be found in every other word.
    private const int MinLength = 3;

    private static volatile string[] s_texts = [];
    private static readonly object Gate = new();

    /// <summary>Makes a text known.</summary>
    internal static void Add(string text)
    {
        if (text.Length < MinLength)
        {
            return;
        }

        lock (Gate)
        {
            if (!s_texts.Contains(text, StringComparer.Ordinal))
            {
                // The longest first: one may contain another.
                s_texts = [.. s_texts.Append(text).OrderByDescending(secret => secret.Length)];
            }
        }
    }

    /// <summary>Whether a secret is in a text, as it is or escaped for XML.</summary>
    internal static bool AreIn(string text)
    {
        string[] texts = s_texts;
        return texts.Length > 0 && Array.Exists(texts, secret =>
            text.Contains(secret, StringComparison.Ordinal) || text.Contains(SecurityElement.Escape(secret), StringComparison.Ordinal));
    }

    internal static string Mask(string text)
    {
        foreach (string secret in s_texts)
        {
            text = text.Replace(secret, Masked, StringComparison.Ordinal);
        }

        return text;
    }
}
