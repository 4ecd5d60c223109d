using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Registrars.Times;

/// <summary>The times at which a machine's scheduler would start a flow, read back from its entries.</summary>
internal interface IHostTimes
{
    /// <summary>The zone of its clock.</summary>
    TimeZoneInfo Zone { get; }

    /// <summary>Its times on a day, in any order, possibly with duplicates.</summary>
    IEnumerable<TimeOnly> On(DateOnly day);
}

/// <summary>
/// Proves that the entries of a scheduler mean the schedule: counts their times and compares them, day by day. Skips days on which clocks are set,
/// because each scheduler has its own documented rule for them.
/// </summary>
internal static class Exactness
{
    private const int FirstDays = 40;
    private const int Days = 3660;

    // Limits the time for a schedule of every minute to that of a daily one.
    private const int MostTimes = 60_000;

    /// <summary>Proves that the entries of a scheduler, each with its own times, together mean a schedule.</summary>
    /// <exception cref="InexpressibleException">They do not.</exception>
    internal static void Prove(FlowSchedule schedule, IReadOnlyList<IHostTimes> told, DateTimeOffset from)
    {
        if (FirstDifference(schedule, new Union(told), from) is not { } difference)
        {
            return;
        }

        TimeZoneInfo zone = told[0].Zone;
        throw new InexpressibleException(schedule.TimeZone.GetUtcOffset(difference) != zone.GetUtcOffset(difference)
            ? $"It uses the machine's time zone ({zone.Id}), and the schedule uses {schedule.TimeZone.Id}."
            : FormattableString.Invariant($"Its times would differ from those of the schedule, first on {TimeZoneInfo.ConvertTime(difference, zone):yyyy-MM-dd HH:mm:ss}."));
    }

    /// <summary>A time that only one of the two has, or null if there is none.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="host">The times in the scheduler.</param>
    /// <param name="from">The start of the comparison.</param>
    internal static DateTimeOffset? FirstDifference(FlowSchedule schedule, IHostTimes host, DateTimeOffset from)
    {
        DateOnly first = DateOnly.FromDateTime(WallClock.ToWall(from, host.Zone)).AddDays(1);
        int stride = 1;
        int count = 0;
        for (int i = 0; i < Days; i += stride)
        {
            if (stride == 1 && (i == FirstDays || count > MostTimes))
            {
                stride = Math.Max(1, (int)((long)count / (i + 1) * Days / MostTimes));

                // Avoids comparing only one day of the week.
                stride += stride % 7 == 0 ? 1 : 0;
            }

            if (!IsOrdinary(first.AddDays(i), host.Zone) || !IsOrdinary(first.AddDays(i), schedule.TimeZone))
            {
                continue;
            }

            if (FirstDifference(schedule, host, first.AddDays(i), ref count) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    /// <summary>Whether no clock is set on a day or on the days next to it.</summary>
    internal static bool IsOrdinary(DateOnly day, TimeZoneInfo zone) =>
        zone.GetUtcOffset(day.AddDays(-1).ToDateTime(default)) is var offset && zone.GetUtcOffset(day.AddDays(2).ToDateTime(default)) == offset;

    private static DateTimeOffset? FirstDifference(FlowSchedule schedule, IHostTimes host, DateOnly day, ref int count)
    {
        DateTimeOffset start = WallClock.ToMoment(day.ToDateTime(default), host.Zone);
        DateTimeOffset end = start.AddDays(1);
        DateTimeOffset? next = schedule.Next(start.AddTicks(-1));
        foreach (TimeOnly time in host.On(day).Distinct().Order())
        {
            DateTimeOffset moment = start + time.ToTimeSpan();
            if (next != moment)
            {
                return next < moment ? next : moment;
            }

            count++;
            next = schedule.Next(moment);
        }

        return next < end ? next : null;
    }

    private sealed class Union(IReadOnlyList<IHostTimes> parts) : IHostTimes
    {
        public TimeZoneInfo Zone => parts[0].Zone;

        public IEnumerable<TimeOnly> On(DateOnly day) => parts.SelectMany(part => part.On(day));
    }
}
