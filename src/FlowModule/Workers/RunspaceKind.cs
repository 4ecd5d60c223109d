using FlowModule.Engine.Workers;
using FlowModule.Sessions;

namespace FlowModule.Workers;

/// <summary>Workers that are runspaces of this process, cleaned after each run and used again; or thrown away after it.</summary>
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
    public void Require()
    {
        // Where the module runs, runspaces can be opened.
    }

    /// <inheritdoc/>
    public IWorker Create(WorkerPool pool, WorkerOrigin origin) => new PowerShellWorker(pool, origin, _isForOneRun);
}
