namespace FlowModule.Engine.Tests.Schedules;

/// <summary>
/// What the clock on a wall shows in each minute that really passes, over ten years. What a schedule means is said here once more,
/// minute by minute, and shares nothing with the arithmetic that it checks.
/// </summary>
internal sealed class WallClockTable
{
    internal const int MinutesOfDay = 24 * 60;

    /// <summary>The first day that there are days of schedules for: one before any wall can show.</summary>
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

    /// <summary>The minutes at which somebody sets the clock.</summary>
    internal IEnumerable<int> Changes => Enumerable.Range(1, _wall.Length - 1).Where(minute => _wall[minute] != _wall[minute - 1] + 1);

    internal static DateTimeOffset At(int minute) => From.AddMinutes(minute);

    /// <summary>
    /// The minutes in which something occurs that is to occur at times of day of days: in the minute that the wall first shows such a
    /// time, and in the minute of the jump, once, when the clock is set forward over such times. What repeats occurs whenever the wall shows
    /// such a time, and at no other.
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
