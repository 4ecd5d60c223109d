using FlowModule.Engine.Runs;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Workers;

/// <summary>What executes runs one after another: a runspace with its own thread, or a process.</summary>
internal interface IWorker : IDisposable
{
    /// <summary>
    /// Starts taking runs from <paramref name="source"/> on the worker's own thread, until it gives none.
    /// Then the worker returns itself to its pool.
    /// </summary>
    void Serve(IRunSource source);

    /// <summary>Begins, on the worker's own thread, what has to be done before the first run. It will serve a source later, or is disposed.</summary>
    void Prepare()
    {
        // A worker that costs much even when it is not used is begun when it serves.
    }
}

/// <summary>Where a worker takes its runs from.</summary>
internal interface IRunSource
{
    /// <summary>
    /// Whether the worker is still needed. One that is slow to begin asks before: the others may have taken all there is, or be enough.
    /// </summary>
    bool HasWaiting { get; }

    /// <summary>The next run to see to; null when there is none for this worker: it is free, and is lent again when there is.</summary>
    FlowRun? Take();

    /// <summary>
    /// Does what the run needs before or after its body. True when the body is to be executed now: then
    /// <see cref="BodyEnded"/> must follow.
    /// </summary>
    /// <param name="run">The run that was taken.</param>
    /// <param name="host">Calls the user's scripts; null from a worker that cannot.</param>
    bool Begin(FlowRun run, IRunHost? host);

    /// <summary>A record that the run's body wrote to one of its streams.</summary>
    void Write(FlowRun run, object record);

    /// <summary>The run's body has ended.</summary>
    void BodyEnded(FlowRun run, RunOutcome outcome);

    /// <summary>A worker that serves this source is gone: it died, or it was given up.</summary>
    void WorkerLost();
}
