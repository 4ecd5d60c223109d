namespace FlowModule.Engine.Schedules;

/// <summary>
/// A cron expression. Where clocks are set, it follows the rule of Vixie cron: fixed times occur once, and times that the clock
/// skips occur right after the change; expressions that repeat through the day occur whenever the clock shows a matching time.
/// </summary>
internal sealed class CronSchedule : FlowSchedule
{
    private readonly ICronExpression[] _parts;

    /// <param name="expression">The expression as the user wrote it.</param>
    /// <param name="parts">Its parts: the schedule occurs when any of them does.</param>
    /// <param name="timeZone">The zone of its times.</param>
    /// <param name="jitter">The longest delay of a run.</param>
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

            // Everything that the clock showed before it was set back.
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
    /// The first occurrence after a moment in the hour that the clock shows twice. Its first showing was shortly before and was an occurrence too, so only
    /// the next clock change has to be examined.
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
