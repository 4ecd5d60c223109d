namespace FlowModule;

/// <summary>How <c>Start-FlowTask</c> runs the tasks of a flow (Prefect 2's task runners).</summary>
public enum FlowTaskRunner
{
    /// <summary>On workers, several at once; <c>Start-FlowTask</c> returns at once.</summary>
    Concurrent,

    /// <summary>One after another, in line; <c>Start-FlowTask</c> returns when the task has ended.</summary>
    Sequential,
}
