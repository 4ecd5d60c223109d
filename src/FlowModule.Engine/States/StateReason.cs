using System.Text.RegularExpressions;

namespace FlowModule.Engine.States;

/// <summary>The reason for a run's state, in one line.</summary>
internal static partial class StateReason
{
    private const int Longest = 300;

    /// <summary>
    /// The reason, for the message of another run. It is truncated, because it may name the first failed child run, which names its own first
    /// failed child run, and so on.
    /// </summary>
    internal static string Of(FlowState state)
    {
        string line = Line(state.Message ?? state.Name);
        return line.Length <= Longest ? line : string.Concat(line.AsSpan(0, Longest), "…");
    }

    /// <summary>A message in one line, without the part that repeats the state's name.</summary>
    internal static string Line(string message) => Blanks().Replace(Beginning().Replace(message, string.Empty), " ");

    [GeneratedRegex(@"^(?:Flow|Task) run encountered an exception\. ", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Beginning();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Blanks();
}
