namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>The tick of a scheduled flow for which this process runs the script.</summary>
/// <param name="Name">The name of the registration.</param>
/// <param name="Time">The scheduled time.</param>
/// <param name="IsLate">Whether the script started too late.</param>
internal sealed record ScheduledInstance(string Name, DateTimeOffset Time, bool IsLate)
{
    /// <summary>A run that starts later than this after its tick is late. It allows for the time that a start takes. Prefect's value.</summary>
    internal static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(15);

    /// <summary>The tick of this process; null if it has none. Set once, before the script starts.</summary>
    internal static ScheduledInstance? Current { get; set; }
}
