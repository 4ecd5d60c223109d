namespace FlowModule.Engine.Runs.Driving;

/// <summary>Receives the calls of a run's driver: the executor of the run.</summary>
internal interface IRunExecutor
{
    /// <summary>The run can continue. Called on any thread, without locks.</summary>
    void Wake(FlowRun run);

    /// <summary>The run is about to wait, so others may use its worker. It may be woken at any moment from now on.</summary>
    void Waiting(FlowRun run);

    /// <summary>A log line about the run, if lines are wanted. Called on any thread.</summary>
    void Log(FlowRun run, LogLine line);

    /// <summary>Whether log lines about runs are wanted: silenced lines cost nothing.</summary>
    bool WantsLog { get; }
}

/// <summary>Lines that are made only if they are wanted.</summary>
internal static class RunExecutorLines
{
    internal static void Log<T>(this IRunExecutor executor, FlowRun run, T about, Func<FlowRun, T, LogLine> line)
    {
        if (executor.WantsLog)
        {
            executor.Log(run, line(run, about));
        }
    }
}
