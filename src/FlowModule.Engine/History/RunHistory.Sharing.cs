using FlowModule.Engine.Liveness;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;

namespace FlowModule.Engine.History;

/// <content>What runs of several processes share through the history: limits and results.</content>
internal sealed partial class RunHistory
{
    /// <summary>How much of shared results is kept, in bytes, unless said otherwise.</summary>
    internal const long DefaultResultBytes = 256L * 1024 * 1024;

    private RunServices? _services;

    /// <summary>How much of shared results is kept, in bytes.</summary>
    internal long ResultBytes { get; init; } = DefaultResultBytes;

    /// <summary>What the runs share that are recorded here.</summary>
    internal RunServices Services => LazyInitializer.EnsureInitialized(ref _services, () => new RunServices(this));

    /// <summary>Whether the history was closed, because its process ends: that is no trouble, and nobody is to go on without it.</summary>
    internal bool IsClosed => Volatile.Read(ref _isDisposed);

    /// <summary>
    /// Does something with the store in its turn, for those who know how to go on without it. What waits to be written is not written
    /// before. False when the history is in trouble.
    /// </summary>
    internal bool TryUse(Action<IHistoryStore> action)
    {
        lock (_writeGate)
        {
            return Attempt(action);
        }
    }

    /// <summary>The same, for what leaves something of this process in the store.</summary>
    internal bool TryChange(Action<IHistoryStore> action) => TryUse(store =>
    {
        Register(store);
        action(store);
    });

    /// <summary>Whether a process lives that has slots or computes results here; one that the store does not know any more does not.</summary>
    /// <param name="store">The store that has the process's number.</param>
    /// <param name="number">The number.</param>
    internal bool IsAlive(IHistoryStore store, long number) =>
        store.Processes.Find(number) is { } process && LivenessOf(process) is ProcessLiveness.Alive or ProcessLiveness.Unknown;
}
