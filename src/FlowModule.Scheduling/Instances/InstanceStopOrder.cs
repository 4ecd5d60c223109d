namespace FlowModule.Scheduling.Instances;

/// <summary>Tells a process that runs a scheduled script to stop it.</summary>
/// <param name="Reason">Why.</param>
internal sealed record InstanceStopOrder(string Reason);
