namespace FlowModule.Commands;

/// <summary>What a call would run, in a few words.</summary>
internal static class RunDescription
{
    /// <summary>Describes several runs by their number.</summary>
    /// <param name="flow">The flow of all runs; null if they have different flows.</param>
    /// <param name="count">The number of runs.</param>
    internal static string OfMany(string? flow, int count) => flow is null
        ? $"{count} {(count == 1 ? "flow" : "flows")}"
        : count == 1 ? flow : $"{flow} for {count} inputs";
}
