using System.Collections.Concurrent;

namespace FlowModule.Tests.Support;

/// <summary>Counts what scripts do, outside of all that they take from their surroundings.</summary>
public static class Tally
{
    private static readonly ConcurrentDictionary<string, int> Counts = new(StringComparer.Ordinal);

    /// <summary>Called by a script: counts one more, and says the how-manieth it is.</summary>
    public static int Up(string name) => Counts.AddOrUpdate(name, 1, static (_, count) => count + 1);

    /// <summary>Called by a script: how many there were.</summary>
    public static int Of(string name) => Counts.GetValueOrDefault(name);
}
