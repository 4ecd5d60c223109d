using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using FlowModule.Scheduling.Registrars.Times;

namespace FlowModule.Scheduling.Registrars.TaskScheduler;

/// <summary>The times of a trigger of Task Scheduler, from its XML.</summary>
internal sealed class TaskTimes : IHostTimes
{
    private const int DaysOfWeek = 7;

    private readonly DateTime _start;
    private readonly TimeSpan? _interval;
    private readonly TimeSpan? _duration;
    private readonly XElement? _days;

    internal TaskTimes(XElement trigger, TimeZoneInfo zone)
    {
        string start = Child(trigger, "StartBoundary")!.Value;
        Zone = start.EndsWith('Z') ? TimeZoneInfo.Utc : zone;
        _start = DateTime.ParseExact(start.TrimEnd('Z'), "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        _days = trigger.Elements().FirstOrDefault(element => element.Name.LocalName.StartsWith("ScheduleBy", StringComparison.Ordinal));
        if (Child(trigger, "Repetition") is { } repetition)
        {
            _interval = XmlConvert.ToTimeSpan(Child(repetition, "Interval")!.Value);
            _duration = Child(repetition, "Duration") is { } duration ? XmlConvert.ToTimeSpan(duration.Value) : null;
        }
    }

    public TimeZoneInfo Zone { get; }

    public IEnumerable<TimeOnly> On(DateOnly day)
    {
        DateTime from = day.ToDateTime(default);
        if (_days is null)
        {
            return Series(from);
        }

        return IsOn(day) ? Times(from + _start.TimeOfDay).Where(time => time >= _start).Select(TimeOnly.FromDateTime) : [];
    }

    /// <summary>A series that began once and repeats since.</summary>
    private IEnumerable<TimeOnly> Series(DateTime day)
    {
        if (_interval is not { } interval)
        {
            return _start.Date == day ? [TimeOnly.FromDateTime(_start)] : [];
        }

        long passed = Math.Max(0, (day - _start).Ticks + interval.Ticks - 1) / interval.Ticks;
        return Enumerable.Range(0, int.MaxValue).Select(i => _start.AddTicks((passed + i) * interval.Ticks)).TakeWhile(time => time < day.AddDays(1)).Select(TimeOnly.FromDateTime);
    }

    /// <summary>A time of a day, and its repetitions.</summary>
    private IEnumerable<DateTime> Times(DateTime first)
    {
        for (TimeSpan passed = default; passed <= (_duration ?? default); passed += _interval!.Value)
        {
            yield return first + passed;
            if (_interval is null)
            {
                break;
            }
        }
    }

    private bool IsOn(DateOnly day)
    {
        int start = DateOnly.FromDateTime(_start).DayNumber;
        return day.DayNumber >= start && _days!.Name.LocalName switch
        {
            "ScheduleByDay" => (day.DayNumber - start) % Number("DaysInterval") == 0,
            "ScheduleByWeek" => (Sunday(day.DayNumber) - Sunday(start)) / DaysOfWeek % Number("WeeksInterval") == 0 && Has("DaysOfWeek", day.DayOfWeek.ToString()),
            "ScheduleByMonth" => HasMonth(day) && HasNumber("DaysOfMonth", day.Day, IsLast(day, 1)),
            _ => HasMonth(day) && Has("DaysOfWeek", day.DayOfWeek.ToString()) && HasNumber("Weeks", ((day.Day - 1) / DaysOfWeek) + 1, IsLast(day, DaysOfWeek)),
        };
    }

    private static int Sunday(int day) => day - ((day + 1) % DaysOfWeek);

    private static bool IsLast(DateOnly day, int days) => day.Day + days > DateTime.DaysInMonth(day.Year, day.Month);

    private bool HasMonth(DateOnly day) => Has("Months", CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(day.Month));

    private int Number(string name) => int.Parse(Child(_days!, name)!.Value, CultureInfo.InvariantCulture);

    private bool Has(string set, string name) => Child(Child(_days!, set)!, name) is not null;

    private bool HasNumber(string set, int number, bool isLast) => Child(_days!, set)!.Elements().Any(
        element => element.Value == "Last" ? isLast : element.Value == number.ToString(CultureInfo.InvariantCulture));

    private static XElement? Child(XElement element, string name) => element.Element(TaskTriggers.Namespace + name);
}
