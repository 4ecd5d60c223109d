namespace FlowModule.Engine.Storage.Leases;

/// <summary>One message of one end of a lease.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Side">Who sends it.</param>
/// <param name="Number">Its number among those of its sender, from 1 on and without gaps.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">What it contains.</param>
internal sealed record LeaseFrame(Guid Lease, LeaseSide Side, long Number, LeaseFrameKind Kind, byte[] Bytes);
