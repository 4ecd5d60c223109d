using FlowModule.Engine.Tasks;

namespace FlowModule.Stored;

/// <summary>What is started: a start of a later attempt, or of a later process, is the same when all of this is.</summary>
/// <param name="Here">What it is among those of this process, secrets and all.</param>
/// <param name="Kept">
/// What it is in every process, as short as the history keeps it, and a mark of each of its traits. Secrets have no part in it: who has
/// the file could try out short ones.
/// </param>
/// <param name="Traits">The same, trait by trait.</param>
internal sealed record StartIdentity(string Here, byte[] Kept, StartTraits Traits)
{
    internal const int KeyLength = 16;

    /// <summary>The key in what is kept, as text.</summary>
    internal static string KeyIn(byte[]? kept) => Convert.ToHexString(kept.AsSpan(0, Math.Min(KeyLength, kept?.Length ?? 0)));

    /// <summary>The marks in what is kept.</summary>
    internal static ReadOnlyMemory<byte> MarksIn(byte[]? kept) => kept is { Length: > KeyLength } ? kept.AsMemory(KeyLength) : default;

    internal static string NameOf(RunKind kind, string name) => $"{(kind == RunKind.Task ? "Task" : "Flow")} {name}";

    /// <summary>The key of this start, as text.</summary>
    internal string Key => KeyIn(Kept);
}
