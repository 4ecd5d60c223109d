using FlowModule.Engine;

namespace FlowModule.Hosting;

/// <summary>Looks whether limits that a run names exist.</summary>
internal static class KnownLimits
{
    /// <exception cref="FlowException">There is no limit of a name.</exception>
    internal static void Require(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (RunServices.Default.Limits.Find(name) is null)
            {
                throw FlowException.LimitNotFound(name);
            }
        }
    }
}
