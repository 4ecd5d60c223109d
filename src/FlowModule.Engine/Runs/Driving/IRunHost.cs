namespace FlowModule.Engine.Runs.Driving;

/// <summary>
/// Calls the user's scripts that belong to a run, on this thread and in the session in which the run executes. All members throw
/// <see cref="HostInterruptedException"/> if the script, and the session with it, was interrupted.
/// </summary>
internal interface IRunHost
{
    /// <summary>The key under which the run's result is cached; null if it is not cached.</summary>
    string? CacheKey(FlowRun run);

    /// <summary>The result of the user's retry condition for a failure.</summary>
    bool ShouldRetry(FlowRun run, FlowState failed);

    /// <summary>Calls a hook or a rollback. Its exceptions are logged, not thrown: they change no state.</summary>
    /// <param name="run">The run that is executed.</param>
    /// <param name="subject">The run that the script is about: the same run, or a task of it that is rolled back.</param>
    /// <param name="script">The host's script.</param>
    /// <param name="state">The state that it is called for.</param>
    /// <param name="what">The name of the script's parameter, for the log.</param>
    /// <returns>Whether it came to its end without an exception.</returns>
    bool Call(FlowRun run, FlowRun subject, object script, FlowState state, string what);
}

/// <summary>A user's script was interrupted: by a stop, or because it took too long. The host cannot call another one now.</summary>
/// <param name="hasBegun">Whether the script had begun; otherwise another host may call it.</param>
internal sealed class HostInterruptedException(bool hasBegun = true) : Exception("The script was interrupted.")
{
    internal bool HasBegun { get; } = hasBegun;
}
