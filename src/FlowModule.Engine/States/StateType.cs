namespace FlowModule;

/// <summary>
/// What a run is doing, or how it ended. The names and their meaning are Prefect's.
/// </summary>
public enum StateType
{
    /// <summary>The run starts later, or waits for a retry or a slot.</summary>
    Scheduled,

    /// <summary>The run is accepted and has not started.</summary>
    Pending,

    /// <summary>The body of the run is executing.</summary>
    Running,

    /// <summary>The run waits for a person.</summary>
    Paused,

    /// <summary>The run has been told to stop and has not ended yet.</summary>
    Cancelling,

    /// <summary>Terminal: the run succeeded.</summary>
    Completed,

    /// <summary>Terminal: the body threw, exceeded its timeout, or contains failed runs.</summary>
    Failed,

    /// <summary>Terminal: the process or worker of the run died.</summary>
    Crashed,

    /// <summary>Terminal: a person, a parent run or a rule stopped the run.</summary>
    Cancelled,
}
