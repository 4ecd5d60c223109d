namespace FlowModule.Scheduling.Serving;

/// <summary>A line about a scheduler's work.</summary>
/// <param name="Level">Its level.</param>
/// <param name="Text">The line.</param>
/// <param name="Run">The run that has ended, if it is about one.</param>
internal sealed record SchedulerLine(FlowLogLevel Level, string Text, FlowScheduleRun? Run = null);
