using FlowModule.Engine.Workers;
using FlowModule.Sessions;
using FlowModule.Wire;

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
    public bool IsElsewhere => true;

    /// <inheritdoc/>
    public void Require() => WorkerCommand.Find();

    /// <inheritdoc/>
    public IWorker Create(WorkerPool pool, WorkerOrigin origin) => new ProcessWorker(pool, origin, new Peers(WorkerCommand.Find()));

    private sealed class Peers(WorkerCommand command) : IPeerSource
    {
        // Starting a process needs a processor: as with runspaces, the processes that begin early leave less work for the others.
        private static readonly SemaphoreSlim Processors = new(Environment.ProcessorCount);

        public SemaphoreSlim Turns => Processors;

        public IPeer Connect(Action<string> stray, IPeerNeed need) => ChildProcess.Start(command, stray);
    }
}
