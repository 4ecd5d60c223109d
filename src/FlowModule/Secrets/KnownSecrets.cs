namespace FlowModule.Secrets;

/// <summary>Texts that must not be written to disk, in all their forms. A caller that adds a text removes it when it need no longer be known.</summary>
internal static class KnownSecrets
{
    private static readonly object Gate = new();
    private static readonly Dictionary<string, (int Count, string[] Forms)> Known = new(StringComparer.Ordinal);
    private static readonly TextMasks Masks = new();

    internal static int Count
    {
        get
        {
            lock (Gate)
            {
                return Known.Count;
            }
        }
    }

    /// <summary>Adds a text; it may be added more than once.</summary>
    internal static void Add(string text)
    {
        lock (Gate)
        {
            if (Known.TryGetValue(text, out (int Count, string[] Forms) known))
            {
                Known[text] = (known.Count + 1, known.Forms);
            }
            else
            {
                string[] forms = SecretForms.Of(text);
                Known[text] = (1, forms);
                Masks.Add(forms);
            }
        }
    }

    /// <summary>Reverts one <see cref="Add"/>.</summary>
    internal static void Remove(string text)
    {
        lock (Gate)
        {
            (int count, string[] forms) = Known[text];
            if (count > 1)
            {
                Known[text] = (count - 1, forms);
            }
            else
            {
                Known.Remove(text);
                Masks.Remove(forms);
            }
        }
    }

    /// <summary>Whether a text contains a secret.</summary>
    internal static bool AreIn(string text) => Masks.AreIn(text);

    /// <summary>The text with all secrets masked.</summary>
    internal static string Mask(string text) => Masks.Mask(text);
}
