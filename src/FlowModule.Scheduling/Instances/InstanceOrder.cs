using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Scheduling.Instances;

/// <summary>The instructions for a process that runs the script of a tick.</summary>
/// <param name="Instance">The tick.</param>
/// <param name="Path">The script.</param>
/// <param name="Parameters">Its parameters, a hashtable as CLIXML; null for none.</param>
/// <param name="HistoryPath">The default history of its runs; null for the user's default.</param>
internal sealed record InstanceOrder(ScheduledInstance Instance, string Path, string? Parameters, string? HistoryPath);
