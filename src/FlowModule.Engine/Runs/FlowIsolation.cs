namespace FlowModule;

/// <summary>How far the subflows of one call are kept apart from their caller and from each other.</summary>
public enum FlowIsolation
{
    /// <summary>A worker of this process: a runspace that is cleaned after each run and used again.</summary>
    Runspace,

    /// <summary>A runspace of its own for each run, thrown away after it.</summary>
    NewRunspace,

    /// <summary>
    /// A process of its own, which can die without taking anything along. What crosses to it and back are copies. It is
    /// cleaned after each run and used again.
    /// </summary>
    Process,
}
