namespace FlowModule;

/// <summary>What happens when it is time for a scheduled flow and its last run still runs. The names are those of Windows' Task Scheduler.</summary>
public enum MultipleInstances
{
    /// <summary>The new one is not started: it is skipped.</summary>
    IgnoreNew,

    /// <summary>The new one starts when the running one has ended.</summary>
    Queue,

    /// <summary>The new one starts at once.</summary>
    Parallel,

    /// <summary>The running one is stopped, and then the new one starts.</summary>
    StopExisting,
}
