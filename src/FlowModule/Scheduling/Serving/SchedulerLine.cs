using FlowModule.Streams;

namespace FlowModule.Scheduling.Serving;

/// <summary>A line about a scheduler's work.</summary>
/// <param name="Level">Its level.</param>
/// <param name="Text">The line.</param>
/// <param name="Run">The run that has ended, if it is about one.</param>
internal sealed record SchedulerLine(FlowLogLevel Level, string Text, FlowScheduleRun? Run = null)
{
    /// <summary>The name of the scheduled flow that it is about, or null.</summary>
    internal string? Schedule { get; init; }

    /// <summary>The occurrence that it is about, or null.</summary>
    internal DateTimeOffset? ScheduledTime { get; init; }

    /// <summary>The same for a host that writes data.</summary>
    internal LineFacts Facts => new() { Level = Level, Schedule = Schedule, ScheduledTime = ScheduledTime, State = Run?.StateName };
}
