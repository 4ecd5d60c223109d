namespace FlowModule.Engine.Storage.Leases;

/// <summary>A frame with which a caller has sent a run, and its lease as it is now.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Frame">The frame.</param>
internal sealed record MarkedFrame(LeaseRow Lease, LeaseFrame Frame);
