namespace FlowModule;

/// <summary>The kind of a run.</summary>
public enum RunKind
{
    /// <summary>A flow that no other flow started.</summary>
    Flow,

    /// <summary>A flow that was started inside another run.</summary>
    Subflow,

    /// <summary>A task: a unit of work inside a run.</summary>
    Task,

    /// <summary>A call of <c>Start-Subflow</c> without a flow around it: the run that contains the runs of the call.</summary>
    AdHoc,
}
