namespace FlowModule.Engine.Storage.Rows;

/// <summary>What a history keeps of runs that are over. A run goes when one of the two lets it go, and all inside of it goes with it.</summary>
/// <param name="KeepDays">Runs that ended longer ago go; null keeps them.</param>
/// <param name="KeepRuns">Of the runs that are in no other run only so many stay, the newest; null keeps all.</param>
/// <param name="KeepLogSize">Of the log of each run, also of one that goes on, so many bytes stay, its beginning and its end; null keeps all.</param>
internal sealed record RetentionSettings(int? KeepDays, int? KeepRuns, long? KeepLogSize = RetentionSettings.DefaultLogSize)
{
    private const long DefaultLogSize = 10_000_000;

    internal static readonly RetentionSettings Default = new(KeepDays: 90, KeepRuns: null);
}
