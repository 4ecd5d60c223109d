using FlowModule.Engine.Runs.Driving;

namespace FlowModule.Engine.Workers;

/// <summary>Executes runs one after another: a runspace with its own thread, or a process.</summary>
internal interface IWorker : IDisposable
{
    /// <summary>
    /// Takes runs from <paramref name="source"/> on the worker's own thread, until it returns none.
    /// Then the worker returns itself to its pool.
    /// </summary>
    void Serve(IRunSource source);

    /// <summary>Whether it is idle for a moment only: a run comes back to it that can go on nowhere else. It waits for nothing.</summary>
    bool IsAwaited => false;

    /// <summary>Begins, on the worker's own thread, the preparation for the first run. The worker will serve a source later, or is disposed.</summary>
    void Prepare()
    {
        // A worker that is expensive even if it is not used begins when it serves.
    }
}
