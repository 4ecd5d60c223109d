using System.Buffers.Binary;

namespace FlowModule.Engine.Tasks;

/// <summary>The traits that distinguish a start from others with its name, to explain why it takes over none of their results.</summary>
/// <param name="Name">The kind and the name of what is started.</param>
/// <param name="Labels">The description of each trait, for people; the first is the script.</param>
/// <param name="Marks">A short hash of each trait, two bytes each.</param>
/// <param name="Incomparable">The value that cannot be compared, for people; null for none.</param>
internal sealed record StartTraits(string Name, IReadOnlyList<string> Labels, ReadOnlyMemory<byte> Marks, string? Incomparable = null)
{
    internal const int MarkLength = 2;

    /// <summary>How many traits of another start differ. Starts with another script have nothing in common.</summary>
    internal int Differences(ReadOnlyMemory<byte> marks) => AreAlike(marks) ? Others(marks).Count() : int.MaxValue;

    /// <summary>Why this is not the earlier start with the same name.</summary>
    internal string WhyUnlike(ReadOnlyMemory<byte> marks)
    {
        if (Incomparable is not null)
        {
            return Incomparable;
        }

        if (marks.Length < MarkLength || MarkOf(marks, 0) != MarkOf(Marks, 0))
        {
            return $"{Labels[0]} has changed since the earlier start.";
        }

        if (!AreAlike(marks))
        {
            return "it received other parameters than in the earlier start, or its script uses other outer variables.";
        }

        string[] others = [.. Others(marks)];
        return $"{And(others)} {(others.Length == 1 ? "has" : "have")} changed since the earlier start.";
    }

    private bool AreAlike(ReadOnlyMemory<byte> marks) => marks.Length == Marks.Length && MarkOf(marks, 0) == MarkOf(Marks, 0);

    private static string And(string[] labels) => labels.Length < 2 ? string.Concat(labels) : $"{string.Join(", ", labels[..^1])} and {labels[^1]}";

    private IEnumerable<string> Others(ReadOnlyMemory<byte> marks)
    {
        for (int i = 0; i < Labels.Count; i++)
        {
            if (MarkOf(Marks, i) != MarkOf(marks, i))
            {
                yield return Labels[i];
            }
        }
    }

    private static ushort MarkOf(ReadOnlyMemory<byte> marks, int index) => BinaryPrimitives.ReadUInt16LittleEndian(marks.Span[(index * MarkLength)..]);
}
