namespace FlowModule;

/// <summary>A time at which a schedule occurs. What <c>Get-FlowSchedule -Next</c> gives.</summary>
/// <param name="Name">The name of the registered flow; of schedules that are not registered, which of them it is, in words.</param>
/// <param name="Time">The time, in the schedule's time zone, without jitter.</param>
public sealed record FlowScheduleTime(string Name, DateTimeOffset Time)
{
    /// <inheritdoc/>
    public override string ToString() => Time.ToString("yyyy-MM-dd HH:mm:ss zzz", System.Globalization.CultureInfo.InvariantCulture);
}
