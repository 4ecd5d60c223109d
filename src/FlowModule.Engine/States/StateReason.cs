using System.Text.RegularExpressions;

namespace FlowModule.Engine.States;

/// <summary>Why a run is in a state, in one line.</summary>
internal static partial class StateReason
{
    private const int Longest = 300;

    /// <summary>
    /// The reason within the message of another run. Cut, because it may name the first failure inside of the run, that the first inside of it, and
    /// so on to any depth.
    /// </summary>
    internal static string Of(FlowState state)
    {
        string line = Line(state.Message ?? state.Name);
        return line.Length <= Longest ? line : string.Concat(line.AsSpan(0, Longest), "…");
    }

    /// <summary>A message in one line, without what the state's name says already: that the run threw.</summary>
    internal static string Line(string message) => Blanks().Replace(Beginning().Replace(message, string.Empty), " ");

    [GeneratedRegex(@"^(?:Flow|Task) run encountered an exception\. ", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Beginning();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();
}
