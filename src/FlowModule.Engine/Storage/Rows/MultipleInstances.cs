namespace FlowModule;

/// <summary>What happens at an occurrence if the previous run of the flow is still running. The names are those of Windows' Task Scheduler.</summary>
public enum MultipleInstances
{
    /// <summary>The new run is skipped.</summary>
    IgnoreNew,

    /// <summary>The new run starts when the previous one has ended.</summary>
    Queue,

    /// <summary>The new run starts at once.</summary>
    Parallel,

    /// <summary>The previous run is stopped, and then the new one starts.</summary>
    StopExisting,
}
