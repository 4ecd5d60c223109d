using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>Access to a history's store for shared limits, results and ticks. It opens the store, also again after trouble.</summary>
internal interface IStoreAccess
{
    /// <summary>The clock of this process.</summary>
    TimeProvider Time { get; }

    /// <summary>The clock that all processes of the history share, once its store has been opened. Its timers are those of this process.</summary>
    TimeProvider Clock { get; }

    /// <summary>Whether the history was closed because its process ends. This is no fault, and runs must not continue without it.</summary>
    bool IsClosed { get; }

    /// <summary>
    /// Runs an action on the store under the write gate, for callers that can also work without it. Queued rows are not written first. Returns
    /// false if the history is in trouble.
    /// </summary>
    bool TryUse(Action<IHistoryStore> action);

    /// <summary>Like <see cref="TryUse"/>, for actions that write rows of this process.</summary>
    bool TryChange(Action<IHistoryStore> action);

    /// <summary>Does something that changes the store, in its turn, after all that waits is written.</summary>
    /// <exception cref="HistoryException">The history cannot be used.</exception>
    T Change<T>(Func<IHistoryStore, T> change);

    /// <summary>Has something called soon after another process has changed what processes share, until the result is disposed; while the history is in trouble again and again.</summary>
    IDisposable WatchShared(Action changed);

    /// <summary>Whether a process with slots or shared results here is alive; false if the store does not know it.</summary>
    /// <param name="store">The store that assigned the number.</param>
    /// <param name="process">The number.</param>
    bool IsAlive(IHistoryStore store, long process);

    /// <summary>Whether a process of the history lives.</summary>
    ProcessLiveness LivenessOf(ProcessRecord process);
}
