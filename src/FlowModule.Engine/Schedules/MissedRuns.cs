namespace FlowModule;

/// <summary>What happens with the times of a schedule at which nothing could run: the machine was off, or no scheduler ran.</summary>
public enum MissedRuns
{
    /// <summary>They are left out.</summary>
    Skip,

    /// <summary>The flow runs once, however many there were.</summary>
    RunOnce,

    /// <summary>The flow runs once for each of them, the oldest first.</summary>
    RunAll,
}
