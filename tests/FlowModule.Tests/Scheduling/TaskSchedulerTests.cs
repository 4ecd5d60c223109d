using System.Text;
using System.Xml.Linq;
using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrars;
using FlowModule.Scheduling.Registrars.TaskScheduler;
using static FlowModule.Tests.Scheduling.Schedules;

namespace FlowModule.Tests.Scheduling;

/// <summary>Tasks of Windows' Task Scheduler: their content, and the calls of its program.</summary>
public sealed class TaskSchedulerTests
{
    private static readonly XNamespace Ns = TaskTriggers.Namespace;
    private static readonly ScheduleKey Key = ScheduleKey.Of("My nightly ü", "/schedules");
    private static readonly ScheduleCommand Command = new(@"C:\Program Files\flow.exe", ["scheduled", "My nightly ü", "--history-path", @"C:\Users\Zoë & co\100%\"], []);

    private readonly StubPrograms _programs = new();

    private TaskSchedulerRegistrar Registrar => new(_programs, Clock(), new TaskAccount(@"HOME\me", MayRunLoggedOff: false));

    public static TheoryData<string, int, string> Expressions => new()
    {
        { "0 3 * * *", 1, "ScheduleByDay" },
        { "0 3,15 * * *", 1, "ScheduleByDay" },
        { "*/5 * * * *", 1, "ScheduleByDay" },
        { "*/15 8-18 * * 1-5", 1, "ScheduleByWeek" },
        { "0,10,45 * * * *", 3, "ScheduleByDay" },
        { "0,10,45 3,4,9 * * *", 9, "ScheduleByDay" },
        { "30 4 1,15 1-3 *", 1, "ScheduleByMonth" },
        { "30 4 L * *", 1, "ScheduleByMonth" },
        { "30 4 * 1-3 1", 1, "ScheduleByMonthDayOfWeek" },
        { "30 4 * * MON#2", 1, "ScheduleByMonthDayOfWeek" },
        { "30 4 * * 5L", 1, "ScheduleByMonthDayOfWeek" },
        { "15 30 4 * * *", 1, "ScheduleByDay" },
    };

    private static readonly ScheduledFlow[] Flows = [
        Flow(Cron("*/5 * * * *"), Cron("30 4 L * *"), Cron("30 4 * * MON#2")) with { Missed = MissedRuns.RunOnce },
        Flow(Daily("03:00,04:30", 3), Weekly("05:00", 2, DayOfWeek.Sunday, DayOfWeek.Friday)) with { Name = "<&>" },
        Flow(Every(TimeSpan.FromMinutes(7)), Every(TimeSpan.FromDays(2)), Once(Now.AddDays(1).AddSeconds(3)))];

    [Theory]
    [MemberData(nameof(Expressions))]
    public void A_cron_expression_is_a_few_triggers(string expression, int count, string kind)
    {
        IReadOnlyList<XElement> triggers = TaskTriggers.Translate(Cron(expression), Clock());

        Assert.Equal(count, triggers.Count);
        Assert.All(triggers, trigger => Assert.NotNull(trigger.Element(Ns + kind)));
    }

    // The time is 12:30 UTC.
    [Theory]
    [InlineData("*/5 * * * *", "2026-11-24T00:00:00")]
    [InlineData("0,15 * * * *", "2026-11-24T00:00:00")]
    [InlineData("0 3,9 * * *", "2026-11-25T03:00:00")]
    [InlineData("0 3 * * *", "2026-11-25T03:00:00")]
    [InlineData("0 15 * * *", "2026-11-24T15:00:00")]
    public void What_is_still_to_come_of_a_day_comes_on_the_day_that_it_is_registered(string expression, string start) =>
        Assert.Equal(start, TaskTriggers.Translate(Cron(expression, TimeZoneInfo.Utc), Clock(TimeZoneInfo.Utc))[0].Element(Ns + "StartBoundary")!.Value);

    [Fact]
    public void Days_and_weeks_can_be_left_out()
    {
        Assert.Equal("3", TaskTriggers.Translate(Daily("03:00", 3), Clock())[0].Descendants(Ns + "DaysInterval").Single().Value);
        Assert.Equal("2", TaskTriggers.Translate(Weekly("03:00", 2, DayOfWeek.Friday), Clock())[0].Descendants(Ns + "WeeksInterval").Single().Value);
    }

    [Fact]
    public void An_interval_is_repeated_from_a_time_in_UTC()
    {
        XElement trigger = Assert.Single(TaskTriggers.Translate(Every(TimeSpan.FromMinutes(7), TimeZoneInfo.Utc, Anchor), Clock()));

        Assert.Equal("PT7M", trigger.Descendants(Ns + "Interval").Single().Value);
        Assert.EndsWith("Z", trigger.Element(Ns + "StartBoundary")!.Value, StringComparison.Ordinal);
        Assert.Null(trigger.Descendants(Ns + "Duration").FirstOrDefault());
    }

    [Fact]
    public void What_it_has_no_words_for_is_refused()
    {
        foreach (FlowSchedule schedule in new[] { Every(TimeSpan.FromSeconds(90)), Every(TimeSpan.FromDays(400)), Cron("0 0 L-3 * *"), Cron("0 0 15W * *"), Cron("0 0 * * MON#5"), Daily("03:00", 1, Zone()) })
        {
            Assert.Throws<InexpressibleException>(() => TaskTriggers.Translate(schedule, Clock()));
        }

        Assert.Throws<InexpressibleException>(() => Registrar.Translate(Flow([.. Enumerable.Range(0, 49).Select(minute => Cron($"{minute} 3 * * *"))]), Key, Command));

        Assert.Throws<InexpressibleException>(() => Registrar.Translate(Flow(Cron("*/20 * * * * *")), Key, Command));

        static TimeZoneInfo Zone() => TimeZoneInfo.Local.Equals(NewYork) ? Berlin : NewYork;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_task_keeps_the_rules_of_its_format(int number) => TaskRules.Check(Registrar.Translate(Flows[number], Key, Command)[0]);

    [Fact]
    public void The_process_that_is_started_and_not_the_scheduler_decides_what_runs_beside_what()
    {
        XElement task = XDocument.Parse(Registrar.Translate(Flow(Daily("03:00")) with { MultipleInstances = MultipleInstances.IgnoreNew }, Key, Command)[0]).Root!;

        Assert.Equal("Parallel", task.Descendants(Ns + "MultipleInstancesPolicy").Single().Value);
        Assert.Equal("PT0S", task.Element(Ns + "Settings")!.Element(Ns + "ExecutionTimeLimit")!.Value);
        Assert.Equal("false", task.Descendants(Ns + "StartWhenAvailable").Single().Value);
        Assert.Equal(Command.Program, task.Descendants(Ns + "Command").Single().Value);
        Assert.Equal("""scheduled "My nightly ü" --history-path "C:\Users\Zoë & co\100%\\" """.TrimEnd(), task.Descendants(Ns + "Arguments").Single().Value);
    }

    [Fact]
    public void Its_program_gets_a_file_in_UTF16_and_a_name()
    {
        string? xml = null;
        _programs.Answer = call =>
        {
            if (call.StartsWith("schtasks /Create", StringComparison.Ordinal))
            {
                string file = call.Split("/XML ")[1].Split(" /F")[0];
                Assert.Equal([0xff, 0xfe], File.ReadAllBytes(file).Take(2).Select(part => (int)part));
                xml = File.ReadAllText(file);
            }

            return null;
        };
        IReadOnlyList<string> entries = Registrar.Translate(Flow(Daily("03:00")), Key, Command);
        Registrar.Register(Key, entries);

        Assert.Equal(entries[0], xml);
        Assert.StartsWith($@"schtasks /Create /TN \FlowModule\my nightly ü.{Key.Folder} /XML ", Assert.Single(_programs.Calls), StringComparison.Ordinal);
        Assert.False(File.Exists(_programs.Calls[0].Split("/XML ")[1].Split(" /F")[0]));
    }

    [Fact]
    public void What_is_there_is_read_back_however_Windows_writes_it()
    {
        string xml = Registrar.Translate(Flow(Cron("*/5 * * * *")), Key, Command)[0];
        string written = xml.Replace("</Duration>", "</Duration><StopAtDurationEnd>false</StopAtDurationEnd>", StringComparison.Ordinal)
            .Replace("<CalendarTrigger>", "<CalendarTrigger><Enabled>true</Enabled>", StringComparison.Ordinal).Replace("  ", "", StringComparison.Ordinal);
        _programs.Answer = call => call.EndsWith("/NH", StringComparison.Ordinal)
            ? new ProgramResult(0, Encoding.UTF8.GetBytes($"\"\\Other\",\"N/A\",\"Ready\"\r\n\"\\FlowModule\\my nightly ü.{Key.Folder}\",\"N/A\",\"Ready\"\r\n"), string.Empty)
            : new ProgramResult(0, Encoding.UTF8.GetBytes(written), string.Empty);

        RegisteredEntries there = Assert.Single(Registrar.List("/schedules"));
        Assert.Equal(Key, there.Key);
        Assert.True(Registrar.AreSame(there.Entries, [xml]));
        Assert.False(Registrar.AreSame([written.Replace("PT5M", "PT6M", StringComparison.Ordinal)], [xml]));
        Assert.Contains("PT5M", Registrar.TimesOf(there.Entries), StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_is_told_with_what_the_program_says()
    {
        _programs.Answer = _ => new ProgramResult(1, [], "ERROR: Access is denied.");

        Assert.Contains("Access is denied", Assert.Throws<RegistrarException>(() => Registrar.Register(Key, ["<Task/>"])).Message, StringComparison.Ordinal);
    }
}
