namespace FlowModule.Closures;

/// <summary>The values that a script reads from its surroundings, in a constant order.</summary>
internal static class CapturedValues
{
    /// <summary>The label of the caller's <c>$_</c>.</summary>
    internal const string CallerItem = "$_";

    /// <param name="closure">The script's closure.</param>
    /// <param name="hasItem">Whether <c>$_</c> is the run's own object, not its caller's.</param>
    internal static IEnumerable<(string Label, object? Value)> In(Closure closure, bool hasItem) => closure.Used
        .Where(used => !hasItem || used.Label != CallerItem)
        .OrderBy(static used => used.Label, StringComparer.OrdinalIgnoreCase);
}
