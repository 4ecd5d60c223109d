namespace FlowModule;

/// <summary>What happens with missed occurrences: the machine was off, or no scheduler ran.</summary>
public enum MissedRuns
{
    /// <summary>They are skipped.</summary>
    Skip,

    /// <summary>The flow runs once for all of them.</summary>
    RunOnce,

    /// <summary>The flow runs once for each of them, the oldest first.</summary>
    RunAll,
}
