using FlowModule.Engine.Workers;

namespace FlowModule.Sessions;

/// <summary>
/// A kind of workers that subflows can run on. A session knows its kinds by their names; a flow's policy names one
/// (<see cref="Engine.Runs.RunPolicy.WorkerKind"/>). To add one, write a class of this and register it with the session's
/// <see cref="WorkerPools"/>: nothing else has to know it.
/// </summary>
/// <remarks>
/// What the workers of a kind must do:
/// <list type="bullet">
/// <item>Serve one <see cref="IRunSource"/> at a time, on a thread of their own: take runs until there is none, then return themselves to the pool.</item>
/// <item>For each run: call <see cref="IRunSource.Begin"/>; only if that returns true, execute the body and call <see cref="IRunSource.BodyEnded"/> once.</item>
/// <item>
/// Pass a host to Begin only if they can call the user's scripts in the caller's process. Hooks, conditions and rollbacks otherwise go to
/// workers of the kind Runspace.
/// </item>
/// <item>Enter the run (<see cref="FlowRun.TryEnter"/>) with what interrupts its body and what abandons it, and leave it after the body.</item>
/// <item>Give every record to <see cref="IRunSource.Write"/> in the order in which the body wrote it, and none after BodyEnded.</item>
/// <item>Leave nothing of one run to be seen by the next.</item>
/// <item>When they die or are given up: tell the pool (<see cref="WorkerPool.Forget"/>), end the run that they had, and call <see cref="IRunSource.WorkerLost"/>.</item>
/// </list>
/// A kind that executes bodies in another process or on another machine takes its runs' work from <see cref="Wire.WorkCodec"/> and
/// <see cref="Wire.RunMessage"/>, and speaks with its peer as <see cref="Processes.ProcessWorker"/> does, over any <see cref="Wire.IPeer"/>.
/// </remarks>
internal interface IWorkerKind
{
    /// <summary>The name that policies know it by.</summary>
    string Name { get; }

    /// <summary>See <see cref="WorkerPool.IsCostly"/>.</summary>
    bool IsCostly { get; }

    /// <summary>Sees that there can be workers of this kind. Called before anything runs: a worker that finds out is too late.</summary>
    /// <exception cref="FlowException">There can be none.</exception>
    void Require();

    /// <summary>Makes a worker. It begins when it is lent.</summary>
    /// <param name="pool">The pool that it returns to.</param>
    /// <param name="origin">The session that it works for.</param>
    IWorker Create(WorkerPool pool, WorkerOrigin origin);
}
