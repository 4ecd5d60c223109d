namespace FlowModule;

/// <summary>How strongly the subflows of one call are separated from their caller and from each other.</summary>
public enum FlowIsolation
{
    /// <summary>A worker of this process: a runspace that is cleaned after each run and reused.</summary>
    Runspace,

    /// <summary>A new runspace for each run, closed after it.</summary>
    NewRunspace,

    /// <summary>
    /// A separate process, whose death affects nothing else. Values are copied to it and back. It is
    /// cleaned after each run and reused.
    /// </summary>
    Process,
}
