namespace FlowModule;

/// <summary>The run that ended.</summary>
/// <param name="run">The run, in its final state.</param>
public sealed class FlowRunEndedEventArgs(FlowRun run) : EventArgs
{
    /// <summary>The run, in its final state.</summary>
    public FlowRun Run { get; } = run;
}
