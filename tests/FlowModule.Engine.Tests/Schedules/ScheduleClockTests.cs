using FlowModule.Cronos;
using FlowModule.Engine.Schedules;

namespace FlowModule.Engine.Tests.Schedules;

/// <summary>All kinds of schedules against the wall clocks of ten years, in time zones with all kinds of clock changes.</summary>
public class ScheduleClockTests
{
    private const int SchedulesOfAKind = 3;

    private static readonly CronosParser Cron = new();

    public static TheoryData<string> Zones =>
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe", // by half an hour
        "Asia/Kolkata",
        "Africa/Cairo", // at midnight, and not in all years
        "America/Sao_Paulo",
        "Antarctica/Troll", // by two hours
        "Africa/Casablanca", // back for Ramadan
        "Europe/Dublin", // in winter, by law
        "Europe/Volgograd", // for good, in 2020
    ];

    [Theory]
    [MemberData(nameof(Zones))]
    public void Schedules_occur_when_the_clock_on_the_wall_says_so(string id)
    {
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        var table = new WallClockTable(zone);
        var random = new Random(id.Length * 7919);
        int[] changes = [.. table.Changes];
        var wrong = new List<string>();
        for (int round = 0; round < SchedulesOfAKind; round++)
        {
            foreach ((FlowSchedule schedule, List<int> expected) in (ReadOnlySpan<(FlowSchedule, List<int>)>)[CronOf(random, table), DailyOf(random, table), WeeklyOf(random, table), EveryOf(random, zone), OnceOf(random, zone)])
            {
                if (Asked(expected, changes, random).Select(minute => Wrong(schedule, expected, minute)).FirstOrDefault(wrong => wrong is not null) is { } one)
                {
                    wrong.Add(one);
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static (FlowSchedule Schedule, List<int> Expected) CronOf(Random random, WallClockTable table)
    {
        CronField minute = CronField.Any(random, 0, 59);
        CronField hour = CronField.Any(random, 0, 23);
        CronField day = random.Next(2) == 0 ? CronField.Every(1, 31) : CronField.Any(random, 1, 31);

        // Not every month has the last days.
        CronField month = random.Next(2) == 0 || day.Values.Min() > 28 ? CronField.Every(1, 12) : CronField.Any(random, 1, 12);
        CronField weekday = random.Next(2) == 0 ? CronField.Every(0, 6) : CronField.Any(random, 0, 6);
        string expression = $"{minute.Text} {hour.Text} {day.Text} {month.Text} {weekday.Text}";

        bool[] days = DaysWhere(date => month.Values.Contains(date.Month) && (!day.HasStar && !weekday.HasStar
            ? day.Values.Contains(date.Day) || weekday.Values.Contains((int)date.DayOfWeek)
            : day.Values.Contains(date.Day) && weekday.Values.Contains((int)date.DayOfWeek)));
        bool[] minutes = [.. Enumerable.Range(0, WallClockTable.MinutesOfDay).Select(time => hour.Values.Contains(time / 60) && minute.Values.Contains(time % 60))];
        return (new CronSchedule(expression, Cron.Parse(expression), table.Zone, TimeSpan.Zero), table.Occurrences(days, minutes, minute.HasStar || hour.HasStar));
    }

    private static (FlowSchedule Schedule, List<int> Expected) DailyOf(Random random, WallClockTable table)
    {
        DateOnly start = WallClockTable.FirstDay.AddDays(random.Next(-400, 400));
        int interval = random.Next(3) == 0 ? random.Next(2, 40) : 1;
        TimeOnly[] times = Times(random);
        bool[] days = DaysWhere(date => date >= start && (date.DayNumber - start.DayNumber) % interval == 0);
        return (new DailySchedule(times, interval, start, table.Zone, TimeSpan.Zero), table.Occurrences(days, MinutesOf(times), repeats: false));
    }

    private static (FlowSchedule Schedule, List<int> Expected) WeeklyOf(Random random, WallClockTable table)
    {
        DateOnly start = WallClockTable.FirstDay.AddDays(random.Next(-400, 400));
        int interval = random.Next(2) == 0 ? random.Next(2, 9) : 1;
        DayOfWeek[] weekdays = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (DayOfWeek)random.Next(7))];
        TimeOnly[] times = Times(random);

        // A week is identified by its Sunday.
        DateOnly sunday = start;
        while (sunday.DayOfWeek != DayOfWeek.Sunday)
        {
            sunday = sunday.AddDays(-1);
        }

        bool[] days = DaysWhere(date => date >= start && weekdays.Contains(date.DayOfWeek) && (date.DayNumber - sunday.DayNumber) / 7 % interval == 0);
        return (new WeeklySchedule(weekdays, times, interval, start, table.Zone, TimeSpan.Zero), table.Occurrences(days, MinutesOf(times), repeats: false));
    }

    private static (FlowSchedule Schedule, List<int> Expected) EveryOf(Random random, TimeZoneInfo zone)
    {
        int interval = random.Next(2) == 0 ? random.Next(1, 600) : random.Next(600, 100_000);
        interval += interval % WallClockTable.MinutesOfDay == 0 ? 1 : 0;
        int anchor = random.Next(-1_000_000, 1_000_000);
        var expected = new List<int>();
        for (int minute = anchor; WallClockTable.At(minute) < WallClockTable.To; minute += interval)
        {
            if (minute >= 0)
            {
                expected.Add(minute);
            }
        }

        return (new IntervalSchedule(TimeSpan.FromMinutes(interval), WallClockTable.At(anchor), zone, TimeSpan.Zero), expected);
    }

    private static (FlowSchedule Schedule, List<int> Expected) OnceOf(Random random, TimeZoneInfo zone)
    {
        int minute = random.Next(5_000_000);
        return (new OnceSchedule(WallClockTable.At(minute), zone, TimeSpan.Zero), [minute]);
    }

    /// <summary>The minutes of occurrences, random minutes, and all minutes around clock changes.</summary>
    private static IEnumerable<int> Asked(List<int> expected, int[] changes, Random random) =>
        Enumerable.Range(0, 1000).Select(_ => random.Next(WallClockTable.MinutesOfDay, (int)(WallClockTable.To - WallClockTable.From).TotalMinutes - 1))
            .Concat(Enumerable.Range(0, Math.Min(1000, expected.Count)).Select(_ => expected[random.Next(expected.Count)]))
            .Concat(changes.SelectMany(change => Enumerable.Range(0, 90).Select(step => change - 130 + (3 * step))))
            .Where(minute => minute >= 0);

    /// <summary>Errors in the next occurrence after a minute, and in the previous ones.</summary>
    private static string? Wrong(FlowSchedule schedule, List<int> expected, int minute)
    {
        int found = expected.BinarySearch(minute);
        int next = found >= 0 ? found + 1 : ~found;
        int last = found >= 0 ? found : ~found - 1;
        DateTimeOffset time = WallClockTable.At(minute);
        return (next < expected.Count ? Differs(expected[next], schedule.Next(time), $"next after {time:O}") : null)
            ?? (last >= 0 ? Differs(expected[last], schedule.Previous(time), $"last up to {time:O}") : null)
            ?? (last > 0 ? Differs(expected[last - 1], schedule.Previous(WallClockTable.At(expected[last]).AddTicks(-1)), $"last before {WallClockTable.At(expected[last]):O}") : null);

        string? Differs(int expected, DateTimeOffset? actual, string what) => actual == WallClockTable.At(expected) && actual.Value.Offset == schedule.TimeZone.GetUtcOffset(actual.Value)
            ? null
            : $"{schedule} in {schedule.TimeZone.Id}, {what}: {TimeZoneInfo.ConvertTime(WallClockTable.At(expected), schedule.TimeZone):O} expected, {actual:O} given.";
    }

    private static TimeOnly[] Times(Random random) => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new TimeOnly(random.Next(2) == 0 ? random.Next(0, 4) : random.Next(24), random.Next(60)))];

    private static bool[] MinutesOf(TimeOnly[] times) => [.. Enumerable.Range(0, WallClockTable.MinutesOfDay).Select(minute => times.Contains(new TimeOnly(minute / 60, minute % 60)))];

    private static bool[] DaysWhere(Func<DateOnly, bool> predicate) => [.. Enumerable.Range(0, WallClockTable.Days).Select(day => predicate(WallClockTable.FirstDay.AddDays(day)))];
}
