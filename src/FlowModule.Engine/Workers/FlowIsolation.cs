namespace FlowModule;

/// <summary>Where the body of a run on a worker runs.</summary>
public enum FlowIsolation
{
    /// <summary>In a runspace that is kept warm and cleaned after each run.</summary>
    Runspace,

    /// <summary>In a runspace of its own, which is closed after the run.</summary>
    NewRunspace,

    /// <summary>In a process of its own, which is kept warm for the next run: a body that takes the process down hurts no other run.</summary>
    Process,
}
