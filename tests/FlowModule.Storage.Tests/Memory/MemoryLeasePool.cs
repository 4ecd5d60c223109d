using System.Collections.Concurrent;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Storage.Tests.Memory;

/// <summary>The leases of a history in memory. Each process that uses them has a <see cref="MemoryLeases"/> of its own.</summary>
/// <param name="time">The clock.</param>
internal sealed class MemoryLeasePool(TimeProvider time)
{
    internal object Gate { get; } = new();

    internal TimeProvider Time => time;

    internal Dictionary<Guid, MemoryLease> Leases { get; } = [];

    internal Dictionary<Guid, PoolWorkerRow> Workers { get; } = [];

    /// <summary>The processes that are there, and how they are told of news.</summary>
    internal ConcurrentDictionary<Guid, Action> Here { get; } = new();

    internal void Tell(IEnumerable<Guid> processes)
    {
        foreach (Guid process in processes)
        {
            if (Here.TryGetValue(process, out Action? heard))
            {
                ThreadPool.QueueUserWorkItem(_ => heard());
            }
        }
    }
}

internal sealed class MemoryLease(LeaseRow row, DateTimeOffset asked)
{
    internal LeaseRow Row { get; set; } = row;

    /// <summary>When it was last heard of.</summary>
    internal DateTimeOffset Heard { get; set; } = asked;

    internal Guid? Worker { get; set; }

    internal Guid Claim { get; set; }

    internal SortedDictionary<(LeaseSide Side, long Number), LeaseFrame> Frames { get; } = [];
}
