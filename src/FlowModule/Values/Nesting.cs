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
                $"A value cannot be passed to or from a separate process: {TooDeep} That is the limit for nested arrays, tables and objects.",
                "FlowValueTooDeep", ErrorCategory.InvalidData, target: null);
        }
    }
}
