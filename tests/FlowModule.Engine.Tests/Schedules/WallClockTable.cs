namespace FlowModule.Engine.Tests.Schedules;

/// <summary>
/// The wall clock time of each elapsed minute of ten years. Defines the meaning of schedules again,
/// minute by minute, independently of the arithmetic that it checks.
/// </summary>
internal sealed class WallClockTable
{
    internal const int MinutesOfDay = 24 * 60;

    /// <summary>The first day with schedule days: one before any clock can show.</summary>
    internal static readonly DateOnly FirstDay = new(2019, 12, 30);

    internal static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    internal static readonly DateTimeOffset To = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static readonly int Days = DateOnly.FromDateTime(To.UtcDateTime).DayNumber - FirstDay.DayNumber + 3;

    private readonly int[] _wall;

    internal WallClockTable(TimeZoneInfo zone)
    {
        Zone = zone;
        DateTime first = FirstDay.ToDateTime(TimeOnly.MinValue);
        _wall = new int[(int)(To - From).TotalMinutes];
        for (int minute = 0; minute < _wall.Length; minute++)
        {
            DateTime utc = From.UtcDateTime.AddMinutes(minute);
            _wall[minute] = (int)((TimeZoneInfo.ConvertTimeFromUtc(utc, zone) - first).Ticks / TimeSpan.TicksPerMinute);
        }
    }

    internal TimeZoneInfo Zone { get; }

    /// <summary>The minutes of clock changes.</summary>
    internal IEnumerable<int> Changes => Enumerable.Range(1, _wall.Length - 1).Where(minute => _wall[minute] != _wall[minute - 1] + 1);

    internal static DateTimeOffset At(int minute) => From.AddMinutes(minute);

    /// <summary>
    /// The minutes of occurrences at times of day on days: the minute in which the clock first shows such a
    /// time, and the minute of the change, once, if the clock is set forward over such times. Repeating schedules occur whenever the clock shows
    /// such a time, and only then.
    /// </summary>
    internal List<int> Occurrences(bool[] days, bool[] minutesOfDay, bool repeats)
    {
        var occurrences = new List<int>();
        int shown = _wall[0] - 1;
        for (int minute = 0; minute < _wall.Length; minute++)
        {
            int wall = _wall[minute];
            bool occurs = (repeats || wall > shown) && IsAt(wall);
            for (int leftOut = shown + 1; leftOut < wall && !occurs && !repeats; leftOut++)
            {
                occurs = IsAt(leftOut);
            }

            shown = Math.Max(shown, wall);
            if (occurs)
            {
                occurrences.Add(minute);
            }
        }

        return occurrences;

        bool IsAt(int wall) => minutesOfDay[wall % MinutesOfDay] && days[wall / MinutesOfDay];
    }
}
