namespace FlowModule.Engine.Storage.Leases;

/// <summary>A queue for which there are leases.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Waiting">How many leases wait in it.</param>
/// <param name="Granted">How many were granted.</param>
internal sealed record PoolQueueRow(string Name, int Waiting, int Granted);
