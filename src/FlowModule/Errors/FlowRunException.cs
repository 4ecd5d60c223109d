namespace FlowModule;

/// <summary>A run ended in a state other than Completed, without an error that its body threw.</summary>
public sealed class FlowRunException : Exception
{
    internal FlowRunException(string message, FlowRun run, Exception? inner = null)
        : base(message, inner) => Run = run;

    /// <summary>The run, in its final state.</summary>
    public FlowRun Run { get; }
}
