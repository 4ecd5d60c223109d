namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>A time at which a scheduled flow runs.</summary>
/// <param name="Time">The scheduled time, without jitter.</param>
/// <param name="IsMissed">Whether the run makes up for a missed tick.</param>
/// <param name="IsManual">Whether a person runs it now: the time is not from a schedule.</param>
internal readonly record struct ScheduledTick(DateTimeOffset Time, bool IsMissed = false, bool IsManual = false);
