namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>A time at which a scheduled flow is to run.</summary>
/// <param name="Time">The time, as its schedule has it, without jitter.</param>
/// <param name="IsMissed">Whether it is made up for, because nothing ran at its time.</param>
/// <param name="IsManual">Whether a person has it run now: its time is none of the schedule's.</param>
internal readonly record struct ScheduledTick(DateTimeOffset Time, bool IsMissed = false, bool IsManual = false);
