using FlowModule.Engine.Workers;
using FlowModule.Sessions;

namespace FlowModule.Workers;

/// <summary>Workers that are runspaces of this process. A runspace is cleaned and reused after each run, or discarded.</summary>
internal sealed class RunspaceKind : IWorkerKind
{
    internal static readonly RunspaceKind Reused = new(isForOneRun: false);
    internal static readonly RunspaceKind New = new(isForOneRun: true);

    private readonly bool _isForOneRun;

    private RunspaceKind(bool isForOneRun) => _isForOneRun = isForOneRun;

    /// <inheritdoc/>
    public string Name => _isForOneRun ? nameof(FlowIsolation.NewRunspace) : nameof(FlowIsolation.Runspace);

    /// <inheritdoc/>
    public bool IsCostly => _isForOneRun;

    /// <inheritdoc/>
    public bool IsElsewhere => false;

    /// <inheritdoc/>
    public void Require()
    {
        // Every process that runs the module can open runspaces.
    }

    /// <inheritdoc/>
    public IWorker Create(WorkerPool pool, WorkerOrigin origin) => new PowerShellWorker(pool, origin, _isForOneRun);
}
