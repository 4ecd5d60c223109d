namespace FlowModule.Engine;

/// <summary>From what the clock on a wall shows to the moment that it shows it, and back.</summary>
internal static class WallClock
{
    /// <summary>
    /// The moment at which the clock of a zone shows a time: the first of two when it is set back, and the moment of the jump when it
    /// is set forward over the time. So do Cronos and Vixie cron.
    /// </summary>
    internal static DateTimeOffset ToMoment(DateTime wall, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(wall))
        {
            return EndOfGap(wall, zone);
        }

        // The clock shows it first with the larger offset from UTC.
        TimeSpan offset = zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall);
        return new DateTimeOffset(wall, offset);
    }

    internal static DateTime ToWall(DateTimeOffset moment, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(moment, zone).DateTime;

    private static DateTimeOffset EndOfGap(DateTime wall, TimeZoneInfo zone)
    {
        // Clocks are set by whole minutes; the gap is searched to the tick all the same, for its end is a moment and not a guess.
        DateTime valid = wall;
        do
        {
            valid = valid.AddHours(1);
        }
        while (zone.IsInvalidTime(valid));

        DateTime invalid = wall;
        while (valid - invalid > TimeSpan.FromTicks(1))
        {
            DateTime middle = invalid + ((valid - invalid) / 2);
            if (zone.IsInvalidTime(middle))
            {
                invalid = middle;
            }
            else
            {
                valid = middle;
            }
        }

        return new DateTimeOffset(valid, zone.GetUtcOffset(valid));
    }
}
