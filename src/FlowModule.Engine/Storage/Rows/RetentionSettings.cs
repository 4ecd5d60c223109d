namespace FlowModule.Engine.Storage.Rows;

/// <summary>Which finished runs a history keeps. A run is removed, with its descendants, when one of the first two settings says so.</summary>
/// <param name="KeepDays">Removes runs that ended more days ago; null keeps them.</param>
/// <param name="KeepRuns">Keeps only this number of runs without a parent, the newest; null keeps all.</param>
/// <param name="KeepLogSize">Keeps only this number of bytes of each run's log, its beginning and its end, also while the run is active; null keeps all.</param>
internal sealed record RetentionSettings(int? KeepDays, int? KeepRuns, long? KeepLogSize = RetentionSettings.DefaultLogSize)
{
    private const long DefaultLogSize = 10_000_000;

    internal static readonly RetentionSettings Default = new(KeepDays: 90, KeepRuns: null);
}
