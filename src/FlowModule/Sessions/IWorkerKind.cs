using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.Workers;

namespace FlowModule.Sessions;

/// <summary>
/// A kind of workers that can execute subflows. A session finds its kinds by name; the policy of a flow names one
/// (<see cref="FlowModule.Engine.Runs.RunPolicy.WorkerKind"/>). To add a kind, implement this interface and register it with the session's
/// <see cref="WorkerPools"/>. No other code needs to know it.
/// </summary>
/// <remarks>
/// The workers of a kind must:
/// <list type="bullet">
/// <item>Serve one <see cref="IRunSource"/> at a time, on their own thread: take runs until there are no more, then return themselves to the pool.</item>
/// <item>For each run, call <see cref="IRunSource.Begin"/>. Only if it returns true, execute the body and call <see cref="IRunSource.BodyEnded"/> once.</item>
/// <item>
/// Pass a host to Begin only if they can call the user's scripts in the caller's process. Hooks, conditions and rollbacks otherwise go to
/// workers of the kind Runspace.
/// </item>
/// <item>Enter the run's current attempt (<see cref="RunAttempt.TryEnter"/>) with the actions that interrupt and abandon its body, and leave it after the body.</item>
/// <item>Pass every record to <see cref="IRunSource.Write"/> in the order in which the body wrote it, and none after BodyEnded.</item>
/// <item>Hide everything of one run from the next.</item>
/// <item>When they die or are abandoned: tell the pool (<see cref="WorkerPool.Forget"/>), end their run, and call <see cref="IRunSource.WorkerLost"/>.</item>
/// </list>
/// A kind that executes bodies in another process or on another machine encodes its runs with <see cref="FlowModule.Wire.WorkCodec"/> and
/// <see cref="FlowModule.Wire.RunMessage"/>, and talks to its peer as <see cref="FlowModule.Processes.ProcessWorker"/> does, over any <see cref="FlowModule.Wire.IPeer"/>.
/// </remarks>
internal interface IWorkerKind
{
    /// <summary>The name that policies use.</summary>
    string Name { get; }

    /// <summary>See <see cref="WorkerPool.IsCostly"/>.</summary>
    bool IsCostly { get; }

    /// <summary>The names of the machines that the workers are on. Empty: this one.</summary>
    IReadOnlyList<string> HostNames => [];

    /// <summary>The queue from which workers take the runs, as people read it. Null: there is none.</summary>
    string? Queue => null;

    /// <summary>How many workers there can be at once, as far as that is known now; null if nothing limits them.</summary>
    int? Capacity => null;

    /// <summary>Whether bodies execute in another process. A flow that uses what cannot be taken along is then refused before it runs.</summary>
    bool IsElsewhere { get; }

    /// <summary>Checks that workers of this kind are possible. Called before anything runs, because a worker would find out too late.</summary>
    /// <exception cref="FlowException">They are not.</exception>
    void Require();

    /// <summary>The kind for runs that are recorded in a history, or nowhere.</summary>
    /// <exception cref="FlowException">There can be no such workers for them.</exception>
    IWorkerKind For(RunHistory? history) => this;

    /// <summary>What a worker of this kind has of a run that another process has sent to it, which has died; the default if there is nothing.</summary>
    /// <param name="run">The run.</param>
    /// <param name="attempt">Its last attempt, as far as that is recorded.</param>
    AdoptedRun FindRun(Guid run, int attempt) => default;

    /// <summary>Why no run with secrets may go to these workers. Null: it may.</summary>
    FlowException? SecretsRefusal => null;

    /// <summary>Creates a worker. It starts when it is lent.</summary>
    /// <param name="pool">The pool that it returns to.</param>
    /// <param name="origin">The session that it works for.</param>
    IWorker Create(WorkerPool pool, WorkerOrigin origin);
}
