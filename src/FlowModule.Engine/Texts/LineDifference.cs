namespace FlowModule.Engine.Texts;

/// <summary>Counts the lines in which two texts differ.</summary>
/// <param name="Added">Lines that only the second text has.</param>
/// <param name="Removed">Lines that only the first text has.</param>
/// <param name="FirstLine">The first line that differs, from 1; 0 if the texts are equal.</param>
internal sealed record LineDifference(int Added, int Removed, int FirstLine)
{
    /// <summary>The most pairs of lines to compare; for longer texts, the lines are only counted.</summary>
    private const long MostPairs = 25_000_000;

    internal static LineDifference Between(string before, string after)
    {
        string[] first = Lines(before), second = Lines(after);
        int same = 0;
        while (same < first.Length && same < second.Length && first[same] == second[same])
        {
            same++;
        }

        int end = 0;
        while (end < first.Length - same && end < second.Length - same && first[^(end + 1)] == second[^(end + 1)])
        {
            end++;
        }

        int common = Common(first.AsSpan(same, first.Length - same - end), second.AsSpan(same, second.Length - same - end));
        int removed = first.Length - same - end - common, added = second.Length - same - end - common;
        return new LineDifference(added, removed, added + removed == 0 ? 0 : same + 1);
    }

    /// <summary>Returns the length of the longest common subsequence of lines.</summary>
    private static int Common(ReadOnlySpan<string> first, ReadOnlySpan<string> second)
    {
        if ((long)first.Length * second.Length > MostPairs)
        {
            return CommonLines(first, second);
        }

        int[] lengths = new int[second.Length + 1];
        foreach (string line in first)
        {
            int diagonal = 0;
            for (int i = 1; i <= second.Length; i++)
            {
                int above = lengths[i];
                lengths[i] = line == second[i - 1] ? diagonal + 1 : Math.Max(above, lengths[i - 1]);
                diagonal = above;
            }
        }

        return lengths[^1];
    }

    private static int CommonLines(ReadOnlySpan<string> first, ReadOnlySpan<string> second)
    {
        var left = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string line in first)
        {
            left[line] = left.GetValueOrDefault(line) + 1;
        }

        int common = 0;
        foreach (string line in second)
        {
            if (left.GetValueOrDefault(line) > 0)
            {
                left[line]--;
                common++;
            }
        }

        return common;
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n');
}
