namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>The time of a scheduled flow that a process runs the script for.</summary>
/// <param name="Name">The name that the flow is registered under.</param>
/// <param name="Time">The time.</param>
/// <param name="IsLate">Whether it was started later than it should have been.</param>
internal sealed record ScheduledInstance(string Name, DateTimeOffset Time, bool IsLate)
{
    /// <summary>How much later than it should a run may start without being called late: the time that starting takes. Prefect's figure.</summary>
    internal static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(15);

    /// <summary>What this process was started for; null for nothing of the kind. Set once, before the script starts.</summary>
    internal static ScheduledInstance? Current { get; set; }
}
