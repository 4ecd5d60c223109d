using System.Runtime.InteropServices;

namespace FlowModule.Engine.Storage.Leases;

/// <summary>Whether the processes of a lease are there. This is evidence of one moment: the line of a living process may just be lost.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Worker">The key of the worker's process; null before it was granted.</param>
/// <param name="IsCallerHere">Whether the process that asked is there.</param>
/// <param name="IsWorkerHere">Whether the worker's process is there; true before it was granted.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LeaseStanding(Guid Lease, Guid? Worker, bool IsCallerHere, bool IsWorkerHere);
