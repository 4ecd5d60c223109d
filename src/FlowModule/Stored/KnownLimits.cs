using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.History;

namespace FlowModule.Stored;

/// <summary>Checks that the limits that a run names exist.</summary>
internal static class KnownLimits
{
    /// <param name="names">The names.</param>
    /// <param name="history">The history that records the run, whose limits it shares. Null: the limits of this process.</param>
    /// <exception cref="FlowException">A limit does not exist.</exception>
    internal static void Require(IReadOnlyList<string> names, RunHistory? history)
    {
        foreach (string name in names)
        {
            HistoryErrors.RequireShared(history, $"The limit '{name}'");
            if (RunServices.For(history).Limits.Find(name) is null)
            {
                throw history is null ? FlowException.OwnLimitNotFound(name) : FlowException.LimitNotFound(name);
            }
        }
    }
}
