namespace FlowModule.Engine.History;

/// <summary>The result of a search for crashed runs.</summary>
/// <param name="Ended">The runs that this search ended.</param>
/// <param name="Hook">A hook to call now, with its run, or null. No other process gets this hook.</param>
internal sealed record CrashSweep(IReadOnlyList<Guid> Ended, (FlowRunRecord Run, string Script)? Hook)
{
    internal static readonly CrashSweep Nothing = new([], Hook: null);
}
