using System.Globalization;

namespace FlowModule.Engine.Schedules;

/// <summary>Times as people write them: 3am, 06:00, 2027-01-31 06:00, 2027-01-31T06:00:00+01:00.</summary>
internal static class TimeText
{
    /// <summary>A time of day, in whole seconds.</summary>
    /// <exception cref="ScheduleException">The text is not a time of day.</exception>
    internal static TimeOnly TimeOfDay(string text) => Read(text) is { HasDate: false, Offset: null, Wall: var wall }
        ? TimeOnly.FromDateTime(wall)
        : throw Invalid($"'{text}' is not a time of day. Examples are 3am, 06:00 and 18:30:15.");

    /// <summary>A moment. Without an offset from UTC, the text is a wall clock time of the zone.</summary>
    /// <param name="text">The text.</param>
    /// <param name="zone">The time zone.</param>
    /// <param name="today">The day for a time without a date; null if the text must have a date.</param>
    /// <exception cref="ScheduleException">The text is not a time.</exception>
    internal static DateTimeOffset Moment(string text, TimeZoneInfo zone, DateOnly? today)
    {
        (DateTime wall, TimeSpan? offset, bool hasDate) = Read(text);
        if (!hasDate)
        {
            wall = today is { } day ? day.ToDateTime(TimeOnly.FromDateTime(wall)) : throw Invalid($"'{text}' has no date, so it would be a different time every day.");
        }

        return offset is { } given ? new DateTimeOffset(wall, given) : WallClock.ToMoment(wall, zone);
    }

    private static (DateTime Wall, TimeSpan? Offset, bool HasDate) Read(string text)
    {
        const DateTimeStyles NoDate = DateTimeStyles.NoCurrentDateDefault | DateTimeStyles.AllowWhiteSpaces;
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, NoDate | DateTimeStyles.RoundtripKind, out DateTime wall))
        {
            throw Invalid($"'{text}' is not a time. Examples are 06:00, '2027-01-31 06:00' and 2027-01-31T06:00:00+01:00.");
        }

        if (wall.Kind == DateTimeKind.Unspecified)
        {
            return (wall, null, wall.Date != DateTime.MinValue.Date);
        }

        DateTimeOffset moment = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces);
        return (moment.DateTime, moment.Offset, true);
    }

    private static ScheduleException Invalid(string message) => new(ScheduleFault.Invalid, message);
}
