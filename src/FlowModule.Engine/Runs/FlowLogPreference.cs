namespace FlowModule;

/// <summary>Which log lines about runs are shown. The history always contains all of them.</summary>
public enum FlowLogPreference
{
    /// <summary>The lines of all runs.</summary>
    All,

    /// <summary>The lines of flow runs, failures, and the summaries of fan-outs, but not of each subflow and task.</summary>
    Flows,

    /// <summary>The lines about failures.</summary>
    Failures,

    /// <summary>No lines.</summary>
    None,
}
