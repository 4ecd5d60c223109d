namespace FlowModule;

/// <summary>The kind of a run.</summary>
public enum RunKind
{
    /// <summary>A flow that no other run started.</summary>
    Flow,

    /// <summary>A flow that was started inside another run.</summary>
    Subflow,

    /// <summary>A task: a unit of work inside a run.</summary>
    Task,
}
