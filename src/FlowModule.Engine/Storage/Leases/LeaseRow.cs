namespace FlowModule.Engine.Storage.Leases;

/// <summary>A worker process of some machine, asked for by a process that has runs for it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Caller">The key of the process that asks.</param>
/// <param name="Queue">The full name of the queue that it waits in.</param>
internal sealed record LeaseRow(Guid Id, Guid Caller, string Queue);
