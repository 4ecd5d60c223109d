namespace FlowModule.Engine.Schedules;

/// <summary>At times of day, on days that are found by counting: every so many days, or on days of the week every so many weeks.</summary>
internal abstract class CalendarSchedule : FlowSchedule
{
    private protected CalendarSchedule(IReadOnlyList<TimeOnly> times, DateOnly start, TimeZoneInfo timeZone, TimeSpan jitter)
        : base(timeZone, jitter)
    {
        Times = [.. times.Distinct().Order()];
        Start = start;
    }

    internal IReadOnlyList<TimeOnly> Times { get; }

    /// <summary>The day, or a day of the week, from which is counted. Nothing occurs before.</summary>
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
        // From the day after: a clock that is set back over midnight has shown times of it.
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

    /// <summary>The schedule's first day from a day on, with that day; null when no calendar has it.</summary>
    private protected abstract DateOnly? FirstDay(DateOnly from);

    /// <summary>The schedule's last day up to a day, with that day; null when there is none.</summary>
    private protected abstract DateOnly? LastDay(DateOnly upTo);

    private protected string TimesText => string.Join(", ", Times.Select(time => time.ToString(time.Second == 0 ? "HH:mm" : "HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture)));
}
