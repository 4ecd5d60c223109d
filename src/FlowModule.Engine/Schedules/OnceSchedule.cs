namespace FlowModule.Engine.Schedules;

/// <summary>A single occurrence.</summary>
internal sealed class OnceSchedule(DateTimeOffset at, TimeZoneInfo timeZone, TimeSpan jitter) : FlowSchedule(timeZone, jitter)
{
    internal DateTimeOffset At { get; } = TimeZoneInfo.ConvertTime(at, timeZone);

    public override string Description => FormattableString.Invariant($"At {At:yyyy-MM-dd HH:mm:ss}");

    public override DateTimeOffset? Next(DateTimeOffset after) => At > after ? At : null;

    internal override DateTimeOffset? Previous(DateTimeOffset atOrBefore) => At <= atOrBefore ? At : null;
}
