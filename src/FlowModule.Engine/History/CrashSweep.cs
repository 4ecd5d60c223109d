namespace FlowModule.Engine.History;

/// <summary>What looking for crashed runs has found.</summary>
/// <param name="Ended">The runs that were found to be over by this.</param>
/// <param name="Hook">A hook to be called now, with its run, or null: nobody else is given it.</param>
internal sealed record CrashSweep(IReadOnlyList<Guid> Ended, (FlowRunRecord Run, string Script)? Hook)
{
    internal static readonly CrashSweep Nothing = new([], Hook: null);
}
