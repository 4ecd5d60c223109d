using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Engine.Pool;

/// <summary>A run that another process has sent to a worker.</summary>
/// <param name="Lease">The lease that it had.</param>
/// <param name="Mark">What it has written beside the run.</param>
/// <param name="Number">The number of the frame with the run.</param>
internal sealed record FormerRun(LeaseRow Lease, LeaseMark Mark, long Number);
