using System.Collections;
using FlowModule.Engine;

namespace FlowModule.Hosting;

/// <summary>Finds what a retried run has started in an earlier attempt: the same flow or task, for the same input.</summary>
internal static class LedgerEntries
{
    internal static LedgerEntry? Enter(FlowRun? parent, Flow flow, in RunInput input)
    {
        if (parent?.Ledger is not { } ledger)
        {
            return null;
        }

        var parameters = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in input.Parameters)
        {
            parameters[entry.Key] = WithNames(entry.Value);
        }

        return ledger.Enter(
            $"{flow.Kind} {flow.Name}\n{Fingerprint.Of(flow.BodyAst!.Extent.Text)}\n{Fingerprint.Of(parameters, WithNames(input.Item))}");
    }

    /// <summary>What a run keeps of what it starts: its own when it may be retried, or what its parent's attempts share.</summary>
    internal static RunLedger? LedgerFor(RunPolicy policy, LedgerEntry? entry) =>
        !policy.ReusesCompleted ? null : entry?.Children ?? (policy.Retry.Count > 0 ? new RunLedger() : null);

    /// <summary>Each attempt has new task runs, of the same names.</summary>
    private static object? WithNames(object? value) => HeldValues.Replace(value, static item => item is FlowRun run ? run.Name : item);
}
