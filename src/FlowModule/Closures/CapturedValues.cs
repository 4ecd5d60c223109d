namespace FlowModule.Closures;

/// <summary>The values that a script takes from its surroundings, in an order that is the same each time.</summary>
internal static class CapturedValues
{
    /// <summary>What the caller's <c>$_</c> is called.</summary>
    internal const string CallerItem = "$_";

    /// <param name="closure">What the script takes along.</param>
    /// <param name="hasItem">Whether the run has an object of its own, and not its caller's, in <c>$_</c>.</param>
    internal static IEnumerable<(string Label, object? Value)> In(Closure closure, bool hasItem) => closure.Used
        .Where(used => !hasItem || used.Label != CallerItem)
        .OrderBy(static used => used.Label, StringComparer.OrdinalIgnoreCase);
}
