using FlowModule.Engine.Workers;
using FlowModule.Sessions;

namespace FlowModule.Processes;

/// <summary>Workers that are processes of this computer.</summary>
internal sealed class ProcessKind : IWorkerKind
{
    internal static readonly ProcessKind Instance = new();

    private ProcessKind()
    {
    }

    /// <inheritdoc/>
    public string Name => nameof(FlowIsolation.Process);

    /// <inheritdoc/>
    public bool IsCostly => true;

    /// <inheritdoc/>
    public void Require() => WorkerCommand.Find();

    /// <inheritdoc/>
    public IWorker Create(WorkerPool pool, WorkerOrigin origin)
    {
        WorkerCommand command = WorkerCommand.Find();
        return new ProcessWorker(pool, origin, stray => ChildProcess.Start(command, stray));
    }
}
