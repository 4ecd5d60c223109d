namespace FlowModule;

/// <summary>
/// What a run is doing, or how it ended. The names and their meaning are Prefect's.
/// </summary>
public enum StateType
{
    /// <summary>The run is to start at a later time, or waits for a retry or a slot.</summary>
    Scheduled,

    /// <summary>The run is accepted and has not started.</summary>
    Pending,

    /// <summary>The run's body runs.</summary>
    Running,

    /// <summary>The run waits for a person.</summary>
    Paused,

    /// <summary>The run was told to stop and has not ended yet.</summary>
    Cancelling,

    /// <summary>Terminal: the run did what it was for.</summary>
    Completed,

    /// <summary>Terminal: the body threw, its time was up, or what it is made of failed.</summary>
    Failed,

    /// <summary>Terminal: the process or the worker under the run died.</summary>
    Crashed,

    /// <summary>Terminal: a person, a parent run or a rule stopped the run.</summary>
    Cancelled,
}
