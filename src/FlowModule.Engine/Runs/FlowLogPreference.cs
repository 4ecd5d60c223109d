namespace FlowModule;

/// <summary>Which of the lines about runs come to the screen. In the history there are all.</summary>
public enum FlowLogPreference
{
    /// <summary>Those of all runs.</summary>
    All,

    /// <summary>Those of flow runs, of whatever failed, and how many ended how; not those of each subflow and task.</summary>
    Flows,

    /// <summary>Those of what failed.</summary>
    Failures,

    /// <summary>None.</summary>
    None,
}
