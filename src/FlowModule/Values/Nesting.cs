using System.Management.Automation;

namespace FlowModule.Values;

/// <summary>The maximum nesting of values that leave the process: far deeper than real data, but safe for the stack of a thread.</summary>
internal static class Nesting
{
    internal const int Most = 200;

    internal static readonly string TooDeep = $"it is nested more than {Most} levels deep.";

    /// <exception cref="FlowException">The value is nested too deeply for another process.</exception>
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
