namespace FlowModule.Scheduling.Serving;

/// <summary>What a scheduler says of what it does.</summary>
/// <param name="Level">How much it matters.</param>
/// <param name="Text">The line.</param>
/// <param name="Run">The run that has ended, if it is about one.</param>
internal sealed record SchedulerLine(FlowLogLevel Level, string Text, FlowScheduleRun? Run = null);
