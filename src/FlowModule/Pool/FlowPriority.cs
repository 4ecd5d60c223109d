namespace FlowModule;

/// <summary>Which of the runs that wait for the workers of a queue come first.</summary>
public enum FlowPriority
{
    /// <summary>After those of high priority, before those of low priority.</summary>
    Normal,

    /// <summary>Before all others.</summary>
    High,

    /// <summary>After all others.</summary>
    Low,
}
