using System.Collections.Concurrent;
using System.Text;

namespace FlowModule.Secrets;

/// <summary>Masks texts in other texts, in one pass however many there are. All members may be called on any thread.</summary>
internal sealed class TextMasks
{
    /// <summary>The minimum length of a masked text: shorter texts would match in every other word.</summary>
    internal const int MinLength = 3;

    private const string Masked = "***";

    // By their first three characters. A text is in its list once for each Add.
    private readonly ConcurrentDictionary<(char, char, char), string[]> _byStart = new();

    // The number of texts with each first byte: most positions need no further check.
    private readonly int[] _firsts = new int[byte.MaxValue + 1];

    internal void Add(IEnumerable<string> texts)
    {
        foreach (string text in texts)
        {
            _byStart.AddOrUpdate(StartOf(text, 0), static (_, text) => [text], static (_, known, text) => [.. known, text], text);
            Interlocked.Increment(ref _firsts[(byte)text[0]]);
        }
    }

    /// <summary>Reverts one <see cref="Add"/>.</summary>
    internal void Remove(IEnumerable<string> texts)
    {
        foreach (string text in texts)
        {
            Interlocked.Decrement(ref _firsts[(byte)text[0]]);
            _byStart.AddOrUpdate(StartOf(text, 0), static (_, _) => [], static (_, known, text) => Without(known, text), text);
            _byStart.TryRemove(new(StartOf(text, 0), []));
        }
    }

    /// <summary>Whether a text contains one of the masked texts.</summary>
    internal bool AreIn(string text) => Next(text, from: 0, out _) >= 0;

    /// <summary>The text with all occurrences masked, including overlapping ones.</summary>
    internal string Mask(string text)
    {
        int start = Next(text, from: 0, out int end);
        if (start < 0)
        {
            return text;
        }

        var masked = new StringBuilder(text.Length);
        int shown = 0;
        while (start >= 0)
        {
            masked.Append(text, shown, start - shown).Append(Masked);
            shown = end;
            start = Next(text, end, out end);
        }

        return masked.Append(text, shown, text.Length - shown).ToString();
    }

    /// <summary>The beginning of the next occurrence, and the end of it and those that overlap it. Negative if there is none.</summary>
    private int Next(string text, int from, out int end)
    {
        int start = -1;
        end = 0;
        for (int i = from; i <= text.Length - MinLength && (start < 0 || i < end); i++)
        {
            if (LengthAt(text, i) is > 0 and var length)
            {
                start = start < 0 ? i : start;
                end = Math.Max(end, i + length);
            }
        }

        return start;
    }

    /// <summary>The length of the longest occurrence at a position; 0 for none.</summary>
    private int LengthAt(string text, int place)
    {
        if (Volatile.Read(ref _firsts[(byte)text[place]]) == 0 || !_byStart.TryGetValue(StartOf(text, place), out string[]? candidates))
        {
            return 0;
        }

        int longest = 0;
        foreach (string candidate in candidates)
        {
            if (candidate.Length > longest && string.CompareOrdinal(text, place, candidate, 0, candidate.Length) == 0)
            {
                longest = candidate.Length;
            }
        }

        return longest;
    }

    private static (char, char, char) StartOf(string text, int place) => (text[place], text[place + 1], text[place + 2]);

    private static string[] Without(string[] texts, string text)
    {
        int place = Array.IndexOf(texts, text);
        return place < 0 ? texts : texts.Length == 1 ? [] : [.. texts[..place], .. texts[(place + 1)..]];
    }
}
