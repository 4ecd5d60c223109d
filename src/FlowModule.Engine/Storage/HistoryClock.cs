namespace FlowModule.Engine.Storage;

/// <summary>The clock that the processes of a history share, for what is compared with times of other processes. All else of it is of this process.</summary>
/// <param name="own">The clock of this process.</param>
/// <param name="shared">Returns the clock of the store.</param>
internal sealed class HistoryClock(TimeProvider own, Func<TimeProvider> shared) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => own.LocalTimeZone;

    public override long TimestampFrequency => own.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => shared().GetUtcNow();

    public override long GetTimestamp() => own.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => own.CreateTimer(callback, state, dueTime, period);
}
