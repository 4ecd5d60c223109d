using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Processes;
using FlowModule.Wire;

namespace FlowModule.Pool;

/// <summary>Executes the runs of leases in processes of this machine: each lease has one of its own, so that a body that ends its process takes nothing along.</summary>
/// <param name="command">Starts a process.</param>
/// <param name="hasKey">Whether what is sent is encrypted.</param>
internal sealed class PoolChildren(WorkerCommand command, bool hasKey) : ILeaseHost, IDisposable
{
    private readonly SpareChild _spare = new(command);
    private volatile bool _isEnding;

    /// <inheritdoc/>
    public void Serve(ServedLease lease)
    {
        ChildProcess child;
        try
        {
            child = _spare.Take(line => lease.Pipe.TrySend(LeaseFrameKind.Stray, line));
        }
        catch (WorkerStartException exception)
        {
            lease.Pipe.TrySend(LeaseFrameKind.Refused, exception.Message);
            return;
        }

        lease.Pipe.TrySend(LeaseFrameKind.Granted, new PoolGrant(Environment.MachineName, child.Mark).ToBytes());
        using var relay = new ChildRelay(lease, child, hasKey, () => _isEnding);
        relay.Run();
    }

    /// <summary>This worker ends: bodies that are stopped from now on are not to blame.</summary>
    internal void End() => _isEnding = true;

    public void Dispose() => _spare.Dispose();
}
