using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs.Driving;

/// <summary>The source of a worker's runs.</summary>
internal interface IRunSource
{
    /// <summary>
    /// Whether the worker is still needed. A worker that is slow to begin checks this first: the others may have taken all runs, or be enough.
    /// </summary>
    bool HasWaiting { get; }

    /// <summary>The worker is still slow to begin: runs that wait and were told to stop end without one.</summary>
    void EndStopped()
    {
        // As below.
    }

    /// <summary>The worker cannot take runs for some time yet: those that could begin now say why they wait.</summary>
    void NotServed(string why)
    {
        // Where the runs are those of one worker, nobody waits for others.
    }

    /// <summary>The next run; null if there is none for this worker: it is then free, and is rented again later.</summary>
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
