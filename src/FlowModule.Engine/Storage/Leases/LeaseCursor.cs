using System.Runtime.InteropServices;

namespace FlowModule.Engine.Storage.Leases;

/// <summary>How far a lease has been read.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="After">The number of the last frame that was read.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LeaseCursor(Guid Lease, long After);
