using FlowModule.Engine.Runs;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Workers;

/// <summary>Executes runs one after another: a runspace with its own thread, or a process.</summary>
internal interface IWorker : IDisposable
{
    /// <summary>
    /// Takes runs from <paramref name="source"/> on the worker's own thread, until it returns none.
    /// Then the worker returns itself to its pool.
    /// </summary>
    void Serve(IRunSource source);

    /// <summary>Begins, on the worker's own thread, the preparation for the first run. The worker will serve a source later, or is disposed.</summary>
    void Prepare()
    {
        // A worker that is expensive even if it is not used begins when it serves.
    }
}

/// <summary>The source of a worker's runs.</summary>
internal interface IRunSource
{
    /// <summary>
    /// Whether the worker is still needed. A worker that is slow to begin checks this first: the others may have taken all runs, or be enough.
    /// </summary>
    bool HasWaiting { get; }

    /// <summary>The next run; null if there is none for this worker: it is then free, and is lent again later.</summary>
    FlowRun? Take();

    /// <summary>
    /// Makes the steps that the run needs before or after its body. Returns true if the body must be executed now: then
    /// <see cref="BodyEnded"/> must follow.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="host">Calls the user's scripts; null from a worker that cannot.</param>
    bool Begin(FlowRun run, IRunHost? host);

    /// <summary>A record that the run's body wrote to one of its streams.</summary>
    void Write(FlowRun run, object record);

    /// <summary>The run's body has ended.</summary>
    void BodyEnded(FlowRun run, RunOutcome outcome);

    /// <summary>A worker that serves this source is gone: it died, or it was abandoned.</summary>
    void WorkerLost();
}
