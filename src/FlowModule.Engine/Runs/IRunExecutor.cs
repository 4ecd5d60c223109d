namespace FlowModule.Engine.Runs;

/// <summary>What a run's driver tells those who execute the run.</summary>
internal interface IRunExecutor
{
    /// <summary>The run has something to do again. On any thread, with no lock held.</summary>
    void Wake(FlowRun run);

    /// <summary>The run is about to wait: what it holds of the executor, others may have. It may be woken at any moment from now on.</summary>
    void Waiting(FlowRun run);

    /// <summary>A line about the run, if lines are wanted. On any thread.</summary>
    void Log(FlowRun run, LogLine line);

    /// <summary>Whether lines about runs are wanted: silenced, they cost nothing.</summary>
    bool WantsLog { get; }
}
