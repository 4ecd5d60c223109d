using FlowModule.Engine;

namespace FlowModule.Hosting;

/// <summary>Finds what a retried run has started in an earlier attempt: the same flow or task, for the same input.</summary>
internal static class LedgerEntries
{
    internal static LedgerEntry? Enter(FlowRun? parent, Flow flow, in RunInput input) => parent?.Ledger?.Enter(RunKeys.TextOf(flow, input));

    /// <summary>What a run keeps of what it starts: its own when it may be retried, or what its parent's attempts share.</summary>
    internal static RunLedger? LedgerFor(RunPolicy policy, LedgerEntry? entry) =>
        !policy.ReusesCompleted ? null : entry?.Children ?? (policy.Retry.Count > 0 ? new RunLedger() : null);
}
