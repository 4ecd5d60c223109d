using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Processes.Child;

/// <summary>The store of a history that another machine has: it can be written, and nothing else.</summary>
/// <param name="write">Sends rows there, and returns when they are kept.</param>
internal sealed class RelayedBackend(Action<HistoryBatch> write) : IHistoryBackend, IProcessPresence
{
    public bool Exists(HistoryAddress address) => true;

    public OpenedStore Open(HistoryAddress address, TimeProvider time) => new(RelayedStore.Create(write));

    public IProcessPresence PresenceAt(HistoryAddress address) => this;

    /// <summary>To the history, this process is a part of the one that has sent the runs.</summary>
    public IPresence Enter(Guid key) => new Presence();

    public LockEvidence Look(Guid key) => LockEvidence.None;

    public void Forget(Guid key)
    {
        // It leaves no traces.
    }

    private sealed class Presence : IPresence
    {
        public bool IsSeen => true;

        public bool IsThere => true;

        public void Dispose()
        {
            // As above.
        }
    }
}
