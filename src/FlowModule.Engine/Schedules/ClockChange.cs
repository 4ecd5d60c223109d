namespace FlowModule.Engine.Schedules;

/// <summary>A change of a zone's clocks.</summary>
/// <param name="At">The first moment of the new time.</param>
/// <param name="Before">The offset from UTC before it.</param>
/// <param name="After">The offset from UTC from then on.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct ClockChange(DateTimeOffset At, TimeSpan Before, TimeSpan After)
{
    private const int Margin = 1;

    /// <summary>The wall clock time at that moment.</summary>
    internal DateTime WallAfter => new(At.UtcTicks + After.Ticks);

    /// <summary>The wall clock time at that moment without the change, that is, the first time that the clock has not shown before.</summary>
    internal DateTime WallBefore => new(At.UtcTicks + Before.Ticks);

    /// <summary>Whether the clock shows times again that it has shown before.</summary>
    internal bool IsBack => After < Before;

    /// <summary>
    /// The change within a day of a moment, or null. Only converts from UTC, because TimeZoneInfo's answers about invalid and ambiguous local
    /// times are wrong for zones that set their clocks back for a season or permanently.
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

        // The clocks change on whole seconds, but the search must end at the exact moment.
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
