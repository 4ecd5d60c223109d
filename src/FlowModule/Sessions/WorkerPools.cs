using FlowModule.Engine.Workers;
using FlowModule.Processes;
using FlowModule.Sessions;

namespace FlowModule.Workers;

/// <summary>The workers of one session, a pool for each kind of isolation.</summary>
internal sealed class WorkerPools : IDisposable
{
    private readonly WorkerPool _runspaces;
    private readonly WorkerPool _newRunspaces;
    private readonly WorkerPool _processes;

    /// <param name="origin">Gives the session that the workers work for. Asked when the first of them is made.</param>
    internal WorkerPools(Func<WorkerPools, WorkerOrigin> origin)
    {
        var known = new Lazy<WorkerOrigin>(() => origin(this));
        _runspaces = new WorkerPool(pool => new PowerShellWorker(pool, known.Value), TimeProvider.System);
        _newRunspaces = new WorkerPool(pool => new PowerShellWorker(pool, known.Value, isForOneRun: true), TimeProvider.System);
        _processes = new WorkerPool(pool => new ProcessWorker(pool, known.Value, WorkerCommand.Find()), TimeProvider.System);
    }

    /// <exception cref="FlowException">This program cannot start processes to work for it.</exception>
    internal WorkerPool Of(FlowIsolation isolation)
    {
        switch (isolation)
        {
            case FlowIsolation.NewRunspace:
                return _newRunspaces;
            case FlowIsolation.Process:
                // Before anything runs: a worker that finds out is too late.
                WorkerCommand.Find();
                return _processes;
            default:
                return _runspaces;
        }
    }

    public void Dispose()
    {
        _runspaces.Dispose();
        _newRunspaces.Dispose();
        _processes.Dispose();
    }
}
