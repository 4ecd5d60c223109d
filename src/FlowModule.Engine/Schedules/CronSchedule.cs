namespace FlowModule.Engine.Schedules;

/// <summary>
/// Whenever a cron expression says so. Where clocks are set it keeps to the rule of Vixie cron: set times occur once, those that the clock
/// jumps over right after the jump; what repeats through the day occurs whenever the clock shows such a time.
/// </summary>
internal sealed class CronSchedule : FlowSchedule
{
    private readonly ICronExpression[] _parts;

    /// <param name="expression">The expression as it was written.</param>
    /// <param name="parts">What it consists of: the schedule occurs when any of them does.</param>
    /// <param name="timeZone">The zone of its times.</param>
    /// <param name="jitter">By how much runs are put off at most.</param>
    internal CronSchedule(string expression, ICronExpression[] parts, TimeZoneInfo timeZone, TimeSpan jitter)
        : base(timeZone, jitter)
    {
        Expression = expression;
        _parts = parts;
    }

    internal string Expression { get; }

    public override string Description => $"Cron {Expression}";

    private bool Repeats => _parts[0].Repeats;

    public override DateTimeOffset? Next(DateTimeOffset after)
    {
        DateTime? wall = After(WallClock.ToWall(after, TimeZone));
        while (wall is { } time && !IsAfter(time, after))
        {
            wall = After(time);
        }

        DateTimeOffset? first = wall is { } found ? WallClock.ToMoment(found, TimeZone) : null;
        return Repeats && NextAgain(after) is { } again && !(again > first) ? again : first;
    }

    internal override DateTimeOffset? Previous(DateTimeOffset atOrBefore)
    {
        DateTime wall = WallClock.ToWall(atOrBefore, TimeZone);
        if (WallClock.Again(atOrBefore, TimeZone) is { } change)
        {
            if (Repeats && UpTo(wall) is { } again && again >= change.WallAfter)
            {
                return new DateTimeOffset(again, change.After);
            }

            // All that the clock has shown before it was set back.
            wall = change.WallBefore.AddTicks(-1);
        }

        DateTime? last = UpTo(wall);
        while (Repeats && last is { } time && WallClock.ShownAt(time, TimeZone).First is null)
        {
            last = time > DateTime.MinValue ? UpTo(time.AddTicks(-1)) : null;
        }

        return last is not { } found ? null
            : Repeats && WallClock.ShownAt(found, TimeZone).Last is { } second && second <= atOrBefore ? second
            : WallClock.ToMoment(found, TimeZone);
    }

    private bool IsAfter(DateTime wall, DateTimeOffset after) =>
        WallClock.ToMoment(wall, TimeZone) > after && !(Repeats && WallClock.ShownAt(wall, TimeZone).First is null);

    /// <summary>
    /// The first time after another that the clock shows a second time. It has shown it shortly before: an occurrence as well, so that only those
    /// need to be looked at that come with the next change.
    /// </summary>
    private DateTimeOffset? NextAgain(DateTimeOffset after)
    {
        if (ClockChange.Near(after, TimeZone) is not { IsBack: true } change)
        {
            return null;
        }

        DateTime from = after < change.At ? change.WallAfter.AddTicks(-1) : WallClock.ToWall(after, TimeZone);
        return After(from) is { } wall && wall < change.WallBefore ? new DateTimeOffset(wall, change.After) : null;
    }

    private DateTime? After(DateTime wall) => _parts.Min(part => part.Next(wall));

    private DateTime? UpTo(DateTime wall) => _parts.Max(part => part.Previous(wall));
}
