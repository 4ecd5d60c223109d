using System.Globalization;

namespace FlowModule.Engine.Storage.Leases;

/// <summary>A process that serves queues.</summary>
internal sealed record PoolWorkerRow
{
    /// <summary>The key of its line.</summary>
    internal required Guid Key { get; init; }

    /// <summary>The name of its machine.</summary>
    internal required string Machine { get; init; }

    internal required int ProcessId { get; init; }

    /// <summary>What people call it.</summary>
    internal string Name => string.Create(CultureInfo.InvariantCulture, $"{Machine}:{ProcessId}");

    /// <summary>What must be equal in callers and workers: see <c>PoolStamp</c>.</summary>
    internal required string Stamp { get; init; }

    /// <summary>The version of the product, for people.</summary>
    internal required string Product { get; init; }

    /// <summary>The queues that it serves, as people name them.</summary>
    internal required IReadOnlyList<string> Queues { get; init; }

    internal required IReadOnlyList<string> Tags { get; init; }

    /// <summary>How many leases it has at once, at most.</summary>
    internal required int Places { get; init; }

    /// <summary>How many leases it has now.</summary>
    internal int Busy { get; init; }

    /// <summary>Runs that it executes now: not all, if it executes many.</summary>
    internal IReadOnlyList<Guid> Runs { get; init; } = [];

    /// <summary>What it was asked to do.</summary>
    internal PoolOrder Order { get; init; }

    /// <summary>Whether it takes no more leases, and ends.</summary>
    internal bool IsDraining => Order != PoolOrder.Serve;

    /// <summary>When it was registered, by the clock of the store.</summary>
    internal DateTimeOffset StartTime { get; init; }

    /// <summary>When it was last heard of, by the clock of the store.</summary>
    internal DateTimeOffset Heartbeat { get; init; }

    /// <summary>Whether its process is there.</summary>
    internal bool IsHere { get; init; }
}
