namespace FlowModule.Engine.Pool;

/// <summary>What executes the runs of leases.</summary>
internal interface ILeaseHost
{
    /// <summary>
    /// Serves a lease: answers with <c>Granted</c> or <c>Refused</c>, and passes on what its ends say until <see cref="ServedLease.Ended"/> is cancelled or
    /// the executing process has died. Called on a thread of its own.
    /// </summary>
    void Serve(ServedLease lease);
}
