namespace FlowModule.Engine.History;

/// <summary>How many lines of a text are not those of another.</summary>
/// <param name="Added">Lines that only the second text has.</param>
/// <param name="Removed">Lines that only the first text has.</param>
/// <param name="FirstLine">The first line in which they differ, from 1; 0 when they are equal.</param>
internal sealed record LineDifference(int Added, int Removed, int FirstLine)
{
    /// <summary>The most that is compared line by line with line; of longer texts the lines are counted only.</summary>
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

    /// <summary>The length of the longest sequence of lines that is in both.</summary>
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
