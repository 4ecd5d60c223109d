using System.Management.Automation;

namespace FlowModule.Values;

/// <summary>How deep values may be nested that leave the process: far deeper than data is, and less than what a thread's stack can be gone through with.</summary>
internal static class Nesting
{
    internal const int Most = 200;

    internal static readonly string TooDeep = $"it is nested more than {Most} levels deep.";

    /// <exception cref="FlowException">The value nests deeper than it may, for another process.</exception>
    internal static void Require(int depth)
    {
        if (depth > Most)
        {
            throw new FlowException(
                $"A value cannot go to or come from a process of its own, for {TooDeep} Arrays, tables and objects may be in one another to that depth.",
                "FlowValueTooDeep", ErrorCategory.InvalidData, target: null);
        }
    }
}
