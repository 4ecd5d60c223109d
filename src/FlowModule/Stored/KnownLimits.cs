using FlowModule.Engine.History;
using FlowModule.Engine.Runs;

namespace FlowModule.Stored;

/// <summary>Looks whether limits that a run names exist.</summary>
internal static class KnownLimits
{
    /// <param name="names">The names.</param>
    /// <param name="history">Where the run is recorded: it shares the limits that are there. Null: those of this process.</param>
    /// <exception cref="FlowException">There is no limit of a name.</exception>
    internal static void Require(IReadOnlyList<string> names, RunHistory? history)
    {
        foreach (string name in names)
        {
            if (RunServices.For(history).Limits.Find(name) is null)
            {
                throw history is null ? FlowException.OwnLimitNotFound(name) : FlowException.LimitNotFound(name);
            }
        }
    }
}
