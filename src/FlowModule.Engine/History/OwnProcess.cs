using FlowModule.Engine.Liveness;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>This process as one that records runs in a history. Under the gate of the store.</summary>
/// <param name="presence">How processes of the history see each other.</param>
/// <param name="time">The clock.</param>
internal sealed class OwnProcess(IProcessPresence presence, TimeProvider time)
{
    private readonly Guid _key = Guid.NewGuid();
    private IPresence? _presence;
    private IHistoryStore? _registeredIn;
    private long _beatAt;

    /// <summary>Whether it has recorded anything.</summary>
    internal bool HasRecorded { get; set; }

    internal bool IsRegistered => _registeredIn is not null;

    /// <summary>Whether a process is this one. May be asked at any time.</summary>
    internal bool Is(ProcessRecord process) => process.Identity.Key == _key;

    /// <summary>Sees that the store knows this process, and that it lives: before it writes anything of its own.</summary>
    internal void Register(IHistoryStore store)
    {
        if (_registeredIn == store)
        {
            if (!time.IsDue(_beatAt, RunHistory.BeatEach))
            {
                return;
            }

            if (store.Processes.Beat())
            {
                _beatAt = time.GetTimestamp();
                return;
            }
        }

        // The presence comes first: a registered process must already be present.
        if (_presence is not { IsThere: true })
        {
            _presence?.Dispose();
            _presence = presence.Enter(_key);
        }

        store.Processes.Register(ProcessTable.Own(_key, _presence.IsSeen));
        _registeredIn = store;
        _beatAt = time.GetTimestamp();
    }

    /// <summary>Records that this process ends and has nothing more to write.</summary>
    internal void End(StoreGuard guard)
    {
        if (guard.Store is { } store && _registeredIn == store)
        {
            guard.Try(store, store => store.Processes.End(HasRecorded));
        }

        Leave();
    }

    /// <summary>Removes the presence, because nobody needs it, or because the place where others look for it is gone.</summary>
    internal void Leave()
    {
        _presence?.Dispose();
        _presence = null;
    }
}
