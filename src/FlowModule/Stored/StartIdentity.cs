using FlowModule.Engine.Tasks;

namespace FlowModule.Stored;

/// <summary>The identity of a start: a start of a later attempt or process is the same if all of this is equal.</summary>
/// <param name="Here">The identity within this process, including secrets.</param>
/// <param name="Kept">
/// The identity in every process, in the short form of the history: a key, and a mark for each trait. Without secrets, because whoever has
/// the file could guess short ones.
/// </param>
/// <param name="Traits">The same as separate traits.</param>
internal sealed record StartIdentity(string Here, byte[] Kept, StartTraits Traits)
{
    internal const int KeyLength = 16;

    /// <summary>The key in the stored form, as text.</summary>
    internal static string KeyIn(byte[]? kept) => Convert.ToHexString(kept.AsSpan(0, Math.Min(KeyLength, kept?.Length ?? 0)));

    /// <summary>The marks in the stored form.</summary>
    internal static ReadOnlyMemory<byte> MarksIn(byte[]? kept) => kept is { Length: > KeyLength } ? kept.AsMemory(KeyLength) : default;

    internal static string NameOf(RunKind kind, string name) => $"{(kind == RunKind.Task ? "Task" : "Flow")} {name}";

    /// <summary>The key of this start, as text.</summary>
    internal string Key => KeyIn(Kept);
}
