namespace FlowModule;

/// <summary>What a run is a run of.</summary>
public enum RunKind
{
    /// <summary>A flow that nothing else started.</summary>
    Flow,

    /// <summary>A flow that was started inside another run.</summary>
    Subflow,

    /// <summary>A task: a unit of work inside a run.</summary>
    Task,
}
