namespace FlowModule.Engine.Schedules;

/// <summary>At times of day, on days found by counting: every n days, or on days of the week every n weeks.</summary>
internal abstract class CalendarSchedule : FlowSchedule
{
    private protected CalendarSchedule(IReadOnlyList<TimeOnly> times, DateOnly start, TimeZoneInfo timeZone, TimeSpan jitter)
        : base(timeZone, jitter)
    {
        Times = [.. times.Distinct().Order()];
        Start = start;
    }

    internal IReadOnlyList<TimeOnly> Times { get; }

    /// <summary>The first day of the count, or a day of the first week. Nothing occurs before.</summary>
    internal DateOnly Start { get; }

    public override DateTimeOffset? Next(DateTimeOffset after)
    {
        DateOnly from = DateOnly.FromDateTime(WallClock.ToWall(after, TimeZone));
        for (DateOnly? day = FirstDay(from); day is { } date; day = date == DateOnly.MaxValue ? null : FirstDay(date.AddDays(1)))
        {
            foreach (TimeOnly time in Times)
            {
                if (WallClock.ToMoment(date.ToDateTime(time), TimeZone) is var moment && moment > after)
                {
                    return moment;
                }
            }
        }

        return null;
    }

    internal override DateTimeOffset? Previous(DateTimeOffset atOrBefore)
    {
        // From the next day on: a clock that is set back over midnight has already shown times of that day.
        DateOnly from = DateOnly.FromDateTime(WallClock.ToWall(atOrBefore, TimeZone));
        for (DateOnly? day = LastDay(from < DateOnly.MaxValue ? from.AddDays(1) : from); day is { } date; day = date == DateOnly.MinValue ? null : LastDay(date.AddDays(-1)))
        {
            foreach (TimeOnly time in Times.Reverse())
            {
                if (WallClock.ToMoment(date.ToDateTime(time), TimeZone) is var moment && moment <= atOrBefore)
                {
                    return moment;
                }
            }
        }

        return null;
    }

    /// <summary>The schedule's first day on or after a day; null if the calendar ends before.</summary>
    private protected abstract DateOnly? FirstDay(DateOnly from);

    /// <summary>The schedule's last day on or before a day; null if there is none.</summary>
    private protected abstract DateOnly? LastDay(DateOnly upTo);

    private protected string TimesText => string.Join(", ", Times.Select(time => time.ToString(time.Second == 0 ? "HH:mm" : "HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture)));
}
