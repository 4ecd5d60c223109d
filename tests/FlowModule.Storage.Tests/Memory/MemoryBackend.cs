using System.Collections.Concurrent;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Memory;

/// <summary>Histories in memory, by their addresses: what processes are is for the test to say.</summary>
/// <param name="clock">The clock of all histories; null for that of the process which opens one first.</param>
internal sealed class MemoryBackend(TimeProvider? clock = null) : IHistoryBackend
{
    private readonly ConcurrentDictionary<HistoryAddress, MemoryDatabase> _databases = new();
    private readonly ConcurrentDictionary<HistoryAddress, MemoryLeasePool> _leases = new();
    private readonly MemoryPresence _presence = new();

    public bool Exists(HistoryAddress address) => _databases.ContainsKey(address);

    public OpenedStore Open(HistoryAddress address, TimeProvider time) =>
        new(new MemoryStore(_databases.GetOrAdd(address, static (_, time) => new MemoryDatabase(time), clock ?? time)));

    public IProcessPresence PresenceAt(HistoryAddress address) => _presence;

    public ILeaseStore? LeasesAt(HistoryAddress address) => new MemoryLeases(_leases.GetOrAdd(address, static _ => new MemoryLeasePool(TimeProvider.System)));

    private sealed class MemoryPresence : IProcessPresence
    {
        private readonly ConcurrentDictionary<Guid, Sign> _signs = new();

        public IPresence Enter(Guid key) => _signs[key] = new Sign();

        public LockEvidence Look(Guid key) => !_signs.TryGetValue(key, out Sign? sign) ? LockEvidence.None : sign.IsThere ? LockEvidence.Held : LockEvidence.Free;

        public void Forget(Guid key) => _signs.TryRemove(key, out _);
    }

    private sealed class Sign : IPresence
    {
        private volatile bool _hasLeft;

        public bool IsSeen => true;

        public bool IsThere => !_hasLeft;

        public void Dispose() => _hasLeft = true;
    }
}
