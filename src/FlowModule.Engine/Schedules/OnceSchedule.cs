namespace FlowModule.Engine;

/// <summary>At one time.</summary>
internal sealed class OnceSchedule(DateTimeOffset at, TimeZoneInfo timeZone, TimeSpan jitter) : FlowSchedule(timeZone, jitter)
{
    internal DateTimeOffset At => at;

    public override string Description => FormattableString.Invariant($"At {TimeZoneInfo.ConvertTime(at, TimeZone):yyyy-MM-dd HH:mm:ss}");

    public override DateTimeOffset? Next(DateTimeOffset after) => at > after ? at : null;

    internal override DateTimeOffset? Previous(DateTimeOffset atOrBefore) => at <= atOrBefore ? at : null;
}
