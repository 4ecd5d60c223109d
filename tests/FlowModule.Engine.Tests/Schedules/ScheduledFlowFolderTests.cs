using System.Globalization;
using FlowModule.Cronos;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Notifications;
using FlowModule.Tests.Support;

namespace FlowModule.Engine.Tests.Schedules;

public sealed class ScheduledFlowFolderTests : IDisposable
{
    private static readonly CronosParser Cron = new();

    private readonly TempFolder _temp = new();
    private readonly ScheduledFlowFolder _folder;

    public ScheduledFlowFolderTests() => _folder = new ScheduledFlowFolder(Path.Combine(_temp.FullPath, "schedules"), Cron);

    private static TimeZoneInfo Lord => TimeZoneInfo.FindSystemTimeZoneById("Australia/Lord_Howe");

    private static FlowSchedule[] AllKinds =>
    [
        new CronSchedule("0 3 13 * 5", Cron.Parse("0 3 13 * 5"), Lord, TimeSpan.FromMinutes(5)),
        new CronSchedule("@hourly", Cron.Parse("@hourly"), TimeZoneInfo.Local, TimeSpan.Zero),
        new IntervalSchedule(new TimeSpan(1, 2, 3, 4, 5), new DateTimeOffset(2024, 2, 29, 1, 2, 3, 4, TimeSpan.FromHours(9)), Lord, TimeSpan.FromTicks(1)),
        new IntervalSchedule(TimeSpan.FromDays(3), new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.Zero), TimeZoneInfo.Utc, TimeSpan.Zero),
        new OnceSchedule(new DateTimeOffset(2031, 2, 28, 1, 2, 3, TimeSpan.Zero), Lord, TimeSpan.FromDays(2)),
        new DailySchedule([new TimeOnly(6, 0), new TimeOnly(1, 2, 3, 4)], 3, new DateOnly(2020, 2, 29), Lord, TimeSpan.Zero),
        new WeeklySchedule([DayOfWeek.Sunday, DayOfWeek.Friday], [new TimeOnly(23, 59, 59)], 2, new DateOnly(2020, 2, 29), Lord, TimeSpan.Zero),
    ];

    public static TheoryData<FlowSchedule> Schedules => [.. AllKinds];

    [Theory]
    [MemberData(nameof(Schedules))]
    public void A_schedule_comes_back_as_it_was(FlowSchedule schedule)
    {
        _folder.Save(Flow("nightly", schedule));
        FlowSchedule back = Assert.Single(_folder.Find("nightly")!.Schedules);
        Assert.Equal(schedule.GetType(), back.GetType());
        Assert.Equal(schedule.Description, back.Description);
        Assert.Equal(schedule.TimeZone.Id, back.TimeZone.Id);
        Assert.Equal(schedule.Jitter, back.Jitter);
        var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (int i = 0; i < 50; i++)
        {
            DateTimeOffset? next = schedule.Next(time);
            Assert.Equal(next, back.Next(time));
            Assert.Equal(schedule.Previous(time), back.Previous(time));
            time = next ?? time.AddYears(1);
        }
    }

    [Fact]
    public void The_rest_comes_back_as_it_was()
    {
        ScheduledFlow flow = Flow("Ganz früh", AllKinds) with
        {
            Path = "/flows/it's \"odd\" %d $x\n/naïve 文.ps1",
            Paused = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.FromHours(2)),
            Parameters = "<Objs>&lt;\r\n\u0001</Objs>",
            MultipleInstances = MultipleInstances.StopExisting,
            Missed = MissedRuns.RunAll,
            Environment = new Dictionary<string, string> { ["PATH"] = "/bin:/usr/bin", ["ODD"] = "a=b\n\"c\"" },
            OnFailure = [new CommandNotification("/bin/mail", ["-s", "it's failed", "me@example.org"])],
        };
        _folder.Save(flow);
        ScheduledFlow back = _folder.Find("ganz FRÜH")!;
        Assert.Equal(flow with { Schedules = back.Schedules, Environment = back.Environment, OnFailure = back.OnFailure, Entries = back.Entries }, back);
        Assert.Equal(flow.Entries, back.Entries);
        Assert.Equal(flow.Schedules.Select(schedule => schedule.Description), back.Schedules.Select(schedule => schedule.Description));
        Assert.Equal(flow.Environment, back.Environment);
        Assert.Equal(flow.OnFailure[0].Description, Assert.Single(back.OnFailure).Description);
    }

    [Fact]
    public void Names_of_all_letters_have_files_of_their_own()
    {
        string[] names = ["a b", "a_b", "a.b", "überall", "夜", "con"];
        foreach (string name in names)
        {
            _folder.Save(Flow(name, ScheduleFactory.Every(TimeSpan.FromHours(1), anchor: null, TimeZoneInfo.Utc, TimeSpan.Zero)));
        }

        Assert.Equal(names.Order(StringComparer.OrdinalIgnoreCase), _folder.Names());
        Assert.All(names, name => Assert.Equal(name, _folder.Find(name)!.Name));
        _folder.Remove("A B");
        Assert.Null(_folder.Find("a b"));
        Assert.Equal(names.Length - 1, Directory.GetFiles(_folder.Path).Length);
    }

    [Theory]
    [InlineData('a', 213)]
    [InlineData('ü', 35)]
    [InlineData('夜', 23)]
    public void The_longest_name_of_a_file_can_be_written(char letter, int length)
    {
        string name = new(letter, length);
        _folder.Save(Flow(name, ScheduleFactory.Every(TimeSpan.FromHours(1), anchor: null, TimeZoneInfo.Utc, TimeSpan.Zero)));

        Assert.Equal(name, Assert.Single(_folder.Names()));
        Assert.True(ScheduledFlowFolder.IsNameOfFile(name));
        Assert.False(ScheduledFlowFolder.IsNameOfFile(name + letter));
    }

    [Fact]
    public void Only_their_owner_reads_them()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _folder.Save(Flow("mine", ScheduleFactory.Every(TimeSpan.FromHours(1), anchor: null, TimeZoneInfo.Utc, TimeSpan.Zero)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.FileOf("mine")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"version": "x"}""")]
    [InlineData("""{"version": 99}""")]
    [InlineData("""{"version": 1, "name": 5}""")]
    public void A_damaged_file_is_told_of(string text)
    {
        Directory.CreateDirectory(_folder.Path);
        File.WriteAllText(_folder.FileOf("broken"), text);
        Assert.ThrowsAny<FormatException>(() => _folder.Find("broken"));
        Assert.Equal(["broken"], _folder.Names());
    }

    [Fact]
    public void Each_part_that_is_wrong_makes_it_damaged()
    {
        string text = ScheduledFlowJson.Write(Flow("x", new CronSchedule("0 3 * * *", Cron.Parse("0 3 * * *"), Lord, TimeSpan.FromSeconds(1))));
        foreach ((string good, string bad) in new[]
        {
            ("\"0 3 * * *\"", "\"0 3 * *\""), ("\"0 3 * * *\"", "\"0 0 30 2 *\""), ("\"0 3 * * *\"", "7"), ("Australia/Lord_Howe", "Australia/Nowhere"), ("\"00:00:01\"", "\"soon\""),
            ("\"cron\"", "\"corn\""), ("\"Skip\"", "\"Never\""), ("\"since\"", "\"sinse\""), ("\"schedules\"", "\"plans\""), ("\"onFailure\"", "\"onError\""), ("\"environment\"", "\"env\""),
        })
        {
            Assert.Contains(good, text, StringComparison.Ordinal);
            Assert.ThrowsAny<FormatException>(() => new ScheduledFlowJson(Cron).Read(text.Replace(good, bad, StringComparison.Ordinal)));
        }
    }

    public void Dispose() => _temp.Dispose();

    private static ScheduledFlow Flow(string name, params FlowSchedule[] schedules) => new()
    {
        Name = name,
        Path = "/flows/a.ps1",
        Schedules = schedules,
        WorkingDirectory = "/flows",
        LogPath = "/logs/a.log",
        Since = DateTimeOffset.Parse("2026-11-24T12:00:00.1234567+01:00", CultureInfo.InvariantCulture),
    };
}
