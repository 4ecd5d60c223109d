using FlowModule.Engine.Runs;
using FlowModule.Engine.Tasks;
using FlowModule.Stored;

namespace FlowModule.Starting;

/// <summary>Finds what a run has started in an earlier attempt, or in an earlier process: the same start.</summary>
internal static class LedgerEntries
{
    internal static LedgerEntry? Enter(FlowRun? parent, StartIdentity? identity) =>
        identity is null ? null : parent?.Ledger?.Enter(identity.Here, identity.Key, identity.Traits);

    /// <summary>What a run keeps of what it starts: its own when it may be retried or goes on, or what its parent's attempts share.</summary>
    internal static RunLedger? LedgerFor(RunPolicy policy, LedgerEntry? entry)
    {
        bool isRetried = policy.Retry.Count > 0;
        return !policy.ReusesCompleted ? null : entry is null ? isRetried ? new RunLedger() : null : entry.ChildrenFor(isRetried);
    }
}
