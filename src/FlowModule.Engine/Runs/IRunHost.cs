namespace FlowModule.Engine.Runs;

/// <summary>
/// Calls the user's scripts that belong to a run, on this thread and in the session that the run executes in. All throw
/// <see cref="HostInterruptedException"/> when the script was interrupted, and the session with it.
/// </summary>
internal interface IRunHost
{
    /// <summary>The key under which the run's result is kept; null when it is not to be kept.</summary>
    string? CacheKey(FlowRun run);

    /// <summary>What the user's retry condition says of a failure.</summary>
    bool ShouldRetry(FlowRun run, FlowState failed);

    /// <summary>Calls a hook or a rollback. What it throws is logged, not thrown: it changes no state.</summary>
    /// <param name="run">The run that is executed.</param>
    /// <param name="subject">The run that the script is about: the same, or a task of it that is rolled back.</param>
    /// <param name="script">The host's script.</param>
    /// <param name="state">The state that it is called for.</param>
    /// <param name="what">What the script is to the user, for the log.</param>
    void Call(FlowRun run, FlowRun subject, object script, FlowState state, string what);
}

/// <summary>A script of the user's was interrupted: by a stop, or because it took too long. The host cannot call another now.</summary>
/// <param name="hasBegun">Whether the script had begun; one that has not may be called by another host.</param>
internal sealed class HostInterruptedException(bool hasBegun = true) : Exception("The script was interrupted.")
{
    internal bool HasBegun { get; } = hasBegun;
}
