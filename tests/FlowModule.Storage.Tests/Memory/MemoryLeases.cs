using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Storage.Tests.Memory;

/// <summary>The leases of a history in memory, as one process uses them.</summary>
/// <param name="pool">What the processes share.</param>
internal sealed class MemoryLeases(MemoryLeasePool pool) : ILeaseStore
{
    private readonly List<Guid> _joined = [];
    private volatile bool _isDead;

    /// <summary>Called before frames are kept: may throw, or wait.</summary>
    internal Action<IReadOnlyList<LeaseFrame>>? Sending { get; set; }

    /// <summary>The process dies: nothing that it does reaches the others any more.</summary>
    internal void Die()
    {
        _isDead = true;
        _joined.ForEach(process => pool.Here.TryRemove(process, out _));
    }

    /// <summary>The process seems to be gone, but goes on: as one that was frozen while its connection ended.</summary>
    internal void Fade() => _joined.ForEach(process => pool.Here.TryRemove(process, out _));

    public IDisposable Join(Guid process, Action heard)
    {
        pool.Here[process] = heard;
        _joined.Add(process);
        return new Joined(() => pool.Here.TryRemove(process, out _));
    }

    public void Ask(LeaseRow lease) => Do(() => pool.Leases.Add(lease.Id, new MemoryLease(lease, pool.Time.GetUtcNow())));

    public bool TryWithdraw(Guid lease) => Do(() => pool.Leases.TryGetValue(lease, out MemoryLease? known) && known.Worker is null && pool.Leases.Remove(lease));

    public bool TryGrant(Guid lease, Guid worker, Guid claim) => Do(() =>
    {
        if (!pool.Leases.TryGetValue(lease, out MemoryLease? known) || (known.Worker is not null && known.Claim != claim))
        {
            return false;
        }

        (known.Worker, known.Claim) = (worker, claim);
        return true;
    });

    public bool TryAdopt(Guid lease, Guid caller, Guid adopter) => Do(() =>
    {
        if (!pool.Leases.TryGetValue(lease, out MemoryLease? known) || (known.Row.Caller != adopter && (known.Row.Caller != caller || pool.Here.ContainsKey(caller))))
        {
            return false;
        }

        known.Row = known.Row with { Caller = adopter };
        return true;
    });

    public IReadOnlyList<MarkedFrame> FindRun(Guid run) => Do(() => pool.Leases.Values
        .SelectMany(lease => lease.Frames.Values
            .Where(frame => frame.Kind == LeaseFrameKind.Run && frame.Bytes.AsSpan().StartsWith(run.ToByteArray(bigEndian: true)))
            .Select(frame => new MarkedFrame(lease.Row, frame)))
        .ToArray());

    public void End(Guid caller, IReadOnlyList<Guid> leases) => Do(() =>
    {
        foreach (Guid lease in leases.Where(lease => pool.Leases.TryGetValue(lease, out MemoryLease? known) && known.Row.Caller == caller))
        {
            if (pool.Leases.Remove(lease, out MemoryLease? ended) && ended.Worker is { } worker)
            {
                pool.Tell([worker]);
            }
        }
    });

    public void Send(Guid process, IReadOnlyList<LeaseFrame> frames)
    {
        Sending?.Invoke(frames);
        Do(() =>
        {
            var concerned = new HashSet<Guid>();
            foreach (LeaseFrame frame in frames)
            {
                if (pool.Leases.TryGetValue(frame.Lease, out MemoryLease? lease) && (frame.Side == LeaseSide.Worker || lease.Row.Caller == process) && lease.Frames.TryAdd((frame.Side, frame.Number), frame))
                {
                    concerned.Add(frame.Side == LeaseSide.Caller ? lease.Worker ?? Guid.Empty : lease.Row.Caller);
                }
            }

            pool.Tell(concerned);
        });
    }

    public LeaseNews Receive(LeaseSide side, IReadOnlyList<LeaseCursor> leases) => Do(() => new LeaseNews(
        [.. leases.Where(cursor => pool.Leases.ContainsKey(cursor.Lease))
            .SelectMany(cursor => pool.Leases[cursor.Lease].Frames.Values.Where(frame => frame.Side != side && frame.Number > cursor.After))],
        [.. leases.Select(static cursor => cursor.Lease).Where(lease => !pool.Leases.ContainsKey(lease))]));

    public IReadOnlyList<LeaseStanding> Look(IReadOnlyList<Guid> leases) => Do(() => leases.Where(pool.Leases.ContainsKey).Select(lease => pool.Leases[lease])
        .Select(lease => new LeaseStanding(lease.Row.Id, lease.Worker, pool.Here.ContainsKey(lease.Row.Caller), lease.Worker is not { } worker || pool.Here.ContainsKey(worker)))
        .ToArray());

    public IReadOnlyList<Guid> Wanted(Guid worker, IReadOnlyList<string> queues) => Do(() => pool.Leases.Values
        .Where(own => own.Worker == worker && pool.Leases.Values.Any(other => other.Worker is null && queues.Contains(other.Row.Queue, StringComparer.Ordinal)
            && (other.Row.Caller, other.Row.Queue) != (own.Row.Caller, own.Row.Queue)))
        .Select(static own => own.Row.Id).ToArray());

    public void Register(PoolWorkerRow worker) =>
        Do(() => pool.Workers[worker.Key] = worker with { StartTime = pool.Time.GetUtcNow(), Heartbeat = pool.Time.GetUtcNow() });

    public PoolOrder Beat(Guid worker, int busy, IReadOnlyList<Guid> runs) => Do(() =>
    {
        if (pool.Workers.TryGetValue(worker, out PoolWorkerRow? known))
        {
            pool.Workers[worker] = known with { Busy = busy, Runs = runs, Heartbeat = pool.Time.GetUtcNow() };
        }

        return known?.Order ?? PoolOrder.Serve;
    });

    public bool Tell(Guid worker, PoolOrder order) => Do(() =>
    {
        if (!pool.Workers.TryGetValue(worker, out PoolWorkerRow? known))
        {
            return false;
        }

        pool.Workers[worker] = known with { Order = order };
        return true;
    });

    public void Unregister(Guid worker) => Do(() => pool.Workers.Remove(worker));

    public IReadOnlyList<PoolWorkerRow> Workers() =>
        Do(() => pool.Workers.Values.Select(worker => worker with { IsHere = pool.Here.ContainsKey(worker.Key) }).ToArray());

    public IReadOnlyList<PoolQueueRow> Queues() => Do(() => pool.Leases.Values
        .Where(lease => pool.Here.ContainsKey(lease.Worker ?? lease.Row.Caller))
        .GroupBy(static lease => lease.Row.Queue, StringComparer.Ordinal)
        .Select(static queue => new PoolQueueRow(queue.Key, queue.Count(static lease => lease.Worker is null), queue.Count(static lease => lease.Worker is not null)))
        .OrderBy(static queue => queue.Name, StringComparer.Ordinal).ToArray());

    public void Clean(TimeSpan after, IReadOnlyList<Guid> served) => Do(() =>
    {
        foreach (Guid lease in served.Where(pool.Leases.ContainsKey))
        {
            pool.Leases[lease].Heard = pool.Time.GetUtcNow();
        }

        DateTimeOffset before = pool.Time.GetUtcNow() - after;
        foreach (PoolWorkerRow worker in pool.Workers.Values.Where(worker => worker.Heartbeat < before && !pool.Here.ContainsKey(worker.Key)).ToArray())
        {
            pool.Workers.Remove(worker.Key);
        }

        foreach (MemoryLease lease in pool.Leases.Values.Where(lease => lease.Heard < before && !pool.Here.ContainsKey(lease.Row.Caller)).ToArray())
        {
            pool.Leases.Remove(lease.Row.Id);
        }
    });

    public void Dispose()
    {
        // It is garbage.
    }

    private T Do<T>(Func<T> action)
    {
        lock (pool.Gate)
        {
            return _isDead ? throw new HistoryException(HistoryFault.Unavailable, "The process is dead.") : action();
        }
    }

    private void Do(Action action) => Do(() =>
    {
        action();
        return true;
    });

    private sealed class Joined(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
