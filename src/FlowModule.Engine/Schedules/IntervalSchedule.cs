namespace FlowModule.Engine.Schedules;

/// <summary>
/// A fixed interval, counted from an anchor. Whole days are counted on the calendar, so that the time of day stays the
/// same when clocks are set; any other interval is elapsed time. Prefect makes the same distinction.
/// </summary>
internal sealed class IntervalSchedule : FlowSchedule
{
    private readonly DailySchedule? _days;

    internal IntervalSchedule(TimeSpan interval, DateTimeOffset anchor, TimeZoneInfo timeZone, TimeSpan jitter)
        : base(timeZone, jitter)
    {
        Interval = interval;
        Anchor = TimeZoneInfo.ConvertTime(anchor, timeZone);
        if (interval.Ticks % TimeSpan.TicksPerDay == 0)
        {
            DateTime wall = Anchor.DateTime;
            _days = new DailySchedule([TimeOnly.FromDateTime(wall)], (int)interval.TotalDays, DateOnly.FromDateTime(wall), timeZone, jitter);
        }
    }

    internal TimeSpan Interval { get; }

    /// <summary>An occurrence, before which there is none.</summary>
    internal DateTimeOffset Anchor { get; }

    public override string Description => FormattableString.Invariant($"Every {Interval:c}");

    public override DateTimeOffset? Next(DateTimeOffset after)
    {
        if (_days is not null)
        {
            return _days.Next(after);
        }

        if (after < Anchor)
        {
            return Anchor;
        }

        long passed = (after - Anchor).Ticks;
        return At(passed - (passed % Interval.Ticks) + Interval.Ticks);
    }

    internal override DateTimeOffset? Previous(DateTimeOffset atOrBefore)
    {
        if (_days is not null)
        {
            return _days.Previous(atOrBefore);
        }

        long passed = (atOrBefore - Anchor).Ticks;
        return passed < 0 ? null : At(passed - (passed % Interval.Ticks));
    }

    private DateTimeOffset? At(long passed) =>
        passed > (DateTimeOffset.MaxValue - Anchor).Ticks - TimeSpan.TicksPerDay ? null : TimeZoneInfo.ConvertTime(Anchor.AddTicks(passed), TimeZone);
}
