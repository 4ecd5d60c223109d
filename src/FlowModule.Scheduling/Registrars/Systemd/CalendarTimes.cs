using FlowModule.Scheduling.Registrars.Times;

namespace FlowModule.Scheduling.Registrars.Systemd;

/// <summary>The times of a calendar event, from its text without a zone: the part of systemd.time(7) that this module writes.</summary>
internal sealed class CalendarTimes : IHostTimes
{
    private static readonly string[] Weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    private readonly int[] _weekdays;
    private readonly int[] _months;
    private readonly int[]? _days;
    private readonly Func<int, bool>? _fromEnd;
    private readonly TimeOnly[] _times;

    /// <exception cref="FormatException">The text is of another kind.</exception>
    internal CalendarTimes(string text, TimeZoneInfo zone)
    {
        Zone = zone;
        string[] parts = text.Split(' ');
        _weekdays = parts.Length == 3 ? [.. parts[0].Split(',').Select(name => Array.IndexOf(Weekdays, name))] : CronField.Weekday.All;
        string date = parts[^2];
        if (!date.StartsWith("*-", StringComparison.Ordinal))
        {
            throw new FormatException($"'{date}' contains years.");
        }

        string[] monthAndDay = date[2..].Split('-', '~');
        _months = Set(CronField.Month, monthAndDay[0]);
        if (!date.Contains('~', StringComparison.Ordinal))
        {
            _days = Set(CronField.Day, monthAndDay[1]);
        }
        else
        {
            // ~03 is the third day from the end; with a step of one, all days from there to the end.
            string[] number = monthAndDay[1].Split('/');
            int last = CronField.Day.Number(number[0]);
            _fromEnd = number.Length == 1 ? day => day == last : day => day <= last;
        }

        string[] time = parts[^1].Split(':');
        _times = [.. from hour in Set(CronField.Hour, time[0])
                     from minute in Set(CronField.Minute, time[1])
                     from second in Set(CronField.Second, time[2])
                     select new TimeOnly(hour, minute, second)];
    }

    public TimeZoneInfo Zone { get; }

    public IEnumerable<TimeOnly> On(DateOnly day)
    {
        int fromEnd = DateTime.DaysInMonth(day.Year, day.Month) - day.Day + 1;
        return _weekdays.Contains((int)day.DayOfWeek) && _months.Contains(day.Month) && (_fromEnd?.Invoke(fromEnd) ?? _days!.Contains(day.Day)) ? _times : [];
    }

    private static int[] Set(CronField field, string text) => field.Parse(text.Replace("..", "-", StringComparison.Ordinal));
}
