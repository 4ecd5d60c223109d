namespace FlowModule.Engine.Schedules;

/// <summary>Converts between wall clock times and moments.</summary>
internal static class WallClock
{
    internal static DateTime ToWall(DateTimeOffset moment, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(moment, zone).DateTime;

    /// <summary>
    /// The first moment at which the clock of a zone shows a time or has passed it: the first of two if the clock is set back over the time, and the
    /// moment of the change if it is set forward over it.
    /// </summary>
    internal static DateTimeOffset ToMoment(DateTime wall, TimeZoneInfo zone)
    {
        if (Near(wall, zone) is not { } change)
        {
            return Only(wall, zone);
        }

        DateTimeOffset moment = wall < change.WallBefore ? At(wall, change.Before) : wall < change.WallAfter ? change.At : At(wall, change.After);
        return TimeZoneInfo.ConvertTime(moment, zone);
    }

    /// <summary>The moments at which the clock of a zone shows a time: one; none if it is set forward over it; two if it is set back over it.</summary>
    internal static (DateTimeOffset? First, DateTimeOffset? Last) ShownAt(DateTime wall, TimeZoneInfo zone)
    {
        if (Near(wall, zone) is not { } change)
        {
            DateTimeOffset only = Only(wall, zone);
            return (only, only);
        }

        DateTimeOffset? before = wall < change.WallBefore ? At(wall, change.Before) : null;
        DateTimeOffset? after = wall >= change.WallAfter ? At(wall, change.After) : null;
        return (before ?? after, after ?? before);
    }

    /// <summary>The change that set the clock back shortly before a moment, if the clock shows that moment's time for the second time.</summary>
    internal static ClockChange? Again(DateTimeOffset moment, TimeZoneInfo zone) =>
        ClockChange.Near(moment, zone) is { IsBack: true } change && moment >= change.At && ToWall(moment, zone) < change.WallBefore ? change : null;

    // The search covers a day, and no zone is further from UTC than that.
    private static ClockChange? Near(DateTime wall, TimeZoneInfo zone) => ClockChange.Near(At(wall, TimeSpan.Zero), zone);

    private static DateTimeOffset Only(DateTime wall, TimeZoneInfo zone) => At(wall, zone.GetUtcOffset(At(wall, TimeSpan.Zero)));

    private static DateTimeOffset At(DateTime wall, TimeSpan offset) => new(DateTime.SpecifyKind(wall, DateTimeKind.Unspecified), offset);
}
