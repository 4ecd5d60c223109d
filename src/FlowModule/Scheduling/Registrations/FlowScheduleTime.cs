namespace FlowModule;

/// <summary>An occurrence of a schedule: the output of <c>Get-FlowSchedule -Next</c>.</summary>
/// <param name="Name">The name of the registered flow; for a schedule that is not registered, its description.</param>
/// <param name="Time">The time, in the schedule's time zone, without jitter.</param>
public sealed record FlowScheduleTime(string Name, DateTimeOffset Time)
{
    /// <inheritdoc/>
    public override string ToString() => Time.ToString("yyyy-MM-dd HH:mm:ss zzz", System.Globalization.CultureInfo.InvariantCulture);
}
