namespace FlowModule.Engine.Schedules;

/// <summary>That the clocks of a zone are set.</summary>
/// <param name="At">The first moment at which they show the new time.</param>
/// <param name="Before">The offset from UTC until then.</param>
/// <param name="After">The offset from UTC from then on.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct ClockChange(DateTimeOffset At, TimeSpan Before, TimeSpan After)
{
    private const int Margin = 1;

    /// <summary>What the clock shows at that moment.</summary>
    internal DateTime WallAfter => new(At.UtcTicks + After.Ticks);

    /// <summary>What it would show then, had it not been set: the first time that it has not shown before.</summary>
    internal DateTime WallBefore => new(At.UtcTicks + Before.Ticks);

    /// <summary>Whether the clock shows times that it has shown before.</summary>
    internal bool IsBack => After < Before;

    /// <summary>
    /// The change within a day of a moment, or null. Zones are looked at from UTC only: what TimeZoneInfo says of invalid and ambiguous times
    /// of the wall is wrong for those that set their clocks back for a season, or for good.
    /// </summary>
    internal static ClockChange? Near(DateTimeOffset moment, TimeZoneInfo zone)
    {
        if (moment.Year <= DateTimeOffset.MinValue.Year || moment.Year >= DateTimeOffset.MaxValue.Year)
        {
            return null;
        }

        long before = moment.UtcTicks - (Margin * TimeSpan.TicksPerDay);
        long after = moment.UtcTicks + (Margin * TimeSpan.TicksPerDay);
        TimeSpan first = OffsetAt(before);
        TimeSpan last = OffsetAt(after);
        if (first == last)
        {
            return null;
        }

        // Clocks are set by whole seconds, but the change is a moment and no guess.
        while (after - before > 1)
        {
            long middle = before + ((after - before) / 2);
            if (OffsetAt(middle) == first)
            {
                before = middle;
            }
            else
            {
                after = middle;
            }
        }

        return new ClockChange(new DateTimeOffset(after, TimeSpan.Zero), first, last);

        TimeSpan OffsetAt(long ticks) => zone.GetUtcOffset(new DateTimeOffset(ticks, TimeSpan.Zero));
    }
}
