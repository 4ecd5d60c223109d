using FlowModule.Engine.Runs;
using FlowModule.Engine.Tasks;
using FlowModule.Stored;

namespace FlowModule.Starting;

/// <summary>Finds the matching start of an earlier attempt or an earlier process.</summary>
internal static class LedgerEntries
{
    internal static LedgerEntry? Enter(FlowRun? parent, StartIdentity? identity) =>
        identity is null ? null : parent?.Ledger?.Enter(identity.Here, identity.Key, identity.Traits);

    /// <summary>The ledger for a run's own starts: a new one if the run may be retried or continues, or the part of its parent's that the attempts share.</summary>
    internal static RunLedger? LedgerFor(RunPolicy policy, LedgerEntry? entry)
    {
        bool isRetried = policy.Retry.Count > 0;
        return !policy.ReusesCompleted ? null : entry is null ? isRetried ? new RunLedger() : null : entry.ChildrenFor(isRetried);
    }
}
