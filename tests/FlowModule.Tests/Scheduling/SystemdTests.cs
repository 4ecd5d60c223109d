using System.Diagnostics;
using System.Globalization;
using FlowModule.Scheduling.Registrars;
using FlowModule.Scheduling.Registrars.Systemd;
using FlowModule.Tests.Support;
using static FlowModule.Tests.Scheduling.Schedules;

namespace FlowModule.Tests.Scheduling;

/// <summary>Timers of systemd. If systemd-analyze is installed, it checks them; otherwise the texts are compared with those that it has accepted.</summary>
public sealed class SystemdTests : IDisposable
{
    private const string Analyze = "systemd-analyze";
    private const int Iterations = 20;

    private static readonly ScheduleKey Key = ScheduleKey.Of("My nightly ü", "/schedules");
    private static readonly ScheduleCommand Command = new(
        "/bin/sh", ["-c", "100% \"of\" $HOME \\ it's", "two\nlines\tü"], [KeyValuePair.Create("DOTNET_ROOT", "/opt/dot net/100%")]);

    private readonly TempFolder _folder = new();
    private readonly StubPrograms _programs = new();

    private SystemdRegistrar Registrar => new(_programs, Clock(), _folder.FullPath);

    public static TheoryData<string, string> Events => new()
    {
        { "0 3 * * 1-5", "Mon,Tue,Wed,Thu,Fri *-*-* 03:00:00 Europe/Berlin" },
        { "30 */10 3 * * *", "*-*-* 03:00,10,20,30,40,50:30 Europe/Berlin" },
        { "0 0 L * *", "*-*~01 00:00:00 Europe/Berlin" },
        { "0 0 L-3 2 *", "*-02~04 00:00:00 Europe/Berlin" },
        { "0 0 L-27 * *", "*-*~28 00:00:00 Europe/Berlin" },
        { "0 0 * * MON#2", "Mon *-*-08..14 00:00:00 Europe/Berlin" },
        { "0 0 * * 5L", "Fri *-*~07/1 00:00:00 Europe/Berlin" },
        { "0 0 1-7,15 1,6-8 *", "*-01,06..08-01..07,15 00:00:00 Europe/Berlin" },
        { "0 0 */2 * 1", "Mon *-*-01,03,05,07,09,11,13,15,17,19,21,23,25,27,29,31 00:00:00 Europe/Berlin" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Events))]
    public void A_cron_expression_is_a_calendar_event_that_systemd_means_the_same_by(string expression, string text)
    {
        FlowSchedule schedule = Cron(expression, Berlin);

        Assert.Equal(text, Assert.Single(CalendarEvent.Translate(schedule, Clock(TimeZoneInfo.Utc))));
        AgreesWithSystemd(schedule, text);
    }

    [Fact]
    public void Days_of_the_month_or_of_the_week_are_two_events() => Assert.Equal(
        ["*-*-13 00:00:00 Europe/Berlin", "Fri *-*-* 00:00:00 Europe/Berlin"], CalendarEvent.Translate(Cron("0 0 13 * 5", Berlin), Clock(TimeZoneInfo.Utc)));

    [Fact]
    public void The_zone_of_the_machine_is_not_named() =>
        Assert.Equal("*-*-* 03:00:00", Assert.Single(CalendarEvent.Translate(Daily("03:00", 1, Berlin), Clock(Berlin))));

    [Fact]
    public void An_interval_is_told_in_UTC_where_an_hour_is_an_hour()
    {
        FlowSchedule schedule = Every(TimeSpan.FromHours(6), Berlin);
        string text = Assert.Single(CalendarEvent.Translate(schedule, Clock(Berlin)));

        Assert.Equal("*-*-* 05,11,17,23:00:00 UTC", text);
        AgreesWithSystemd(schedule, text);
    }

    [Fact]
    public void A_single_time_is_told_with_its_year() =>
        Assert.Equal("2027-01-31 05:00:00 UTC", Assert.Single(CalendarEvent.Translate(Once(new DateTimeOffset(2027, 1, 31, 6, 0, 0, TimeSpan.FromHours(1))), Clock())));

    [Fact]
    public void What_systemd_has_no_words_for_is_refused()
    {
        foreach (FlowSchedule schedule in new[] { Daily("03:00", 2), Weekly("03:00", 2, DayOfWeek.Monday), Every(TimeSpan.FromMinutes(7)), Cron("0 0 15W * *") })
        {
            Assert.Throws<InexpressibleException>(() => CalendarEvent.Translate(schedule, Clock()));
        }
    }

    [Theory]
    [InlineData("0 0 L-28 * *")]
    [InlineData("0 0 L-29 1 *")]
    [InlineData("0 0 L-30 * *")]
    public void Days_that_lie_further_from_the_end_than_systemd_counts_are_refused(string expression) =>
        Assert.Contains("28 days", Assert.Throws<InexpressibleException>(() => CalendarEvent.Translate(Cron(expression), Clock())).Message, StringComparison.Ordinal);

    /// <summary>Syntax that an old systemd does not know: nothing is written, and the error names another scheduler.</summary>
    [Fact]
    public void What_the_systemd_of_the_machine_refuses_is_refused()
    {
        _programs.Answer = call => call.StartsWith(Analyze, StringComparison.Ordinal) ? new ProgramResult(1, [], "Failed to parse calendar specification 'x': Invalid argument") : null;

        string message = Assert.Throws<InexpressibleException>(() => Registrar.Translate(Flow(Cron("0 3 * * *"), Cron("0 4 * * *")), Key, Command)).Message;

        Assert.Contains("'x': Invalid argument.", message, StringComparison.Ordinal);
        Assert.Equal(["systemd-analyze calendar -- *-*-* 03:00:00 *-*-* 04:00:00"], _programs.Calls);
    }

    [Theory]
    [InlineData("systemd-analyze")]
    [InlineData("systemd-analyze,systemctl")]
    public void Where_it_is_not_there_to_judge_the_texts_stand(string missing)
    {
        _programs.Missing.UnionWith(missing.Split(','));

        Assert.Contains("OnCalendar=*-*-* 03:00:00", Registrar.Translate(Flow(Cron("0 3 * * *")), Key, Command)[0], StringComparison.Ordinal);
        Assert.Empty(_programs.Calls);
    }

    [Fact]
    public void Without_a_program_that_starts_one_beside_another_it_is_refused() =>
        Assert.Contains("systemd-run", Assert.Throws<InexpressibleException>(() => UnitFiles.Service(Flow(Cron("0 3 * * *")), Command, runner: null)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(MultipleInstances.IgnoreNew)]
    [InlineData(MultipleInstances.Queue)]
    public void Units_pass_systemds_own_check(MultipleInstances policy)
    {
        if (!HasSystemd())
        {
            return;
        }

        IReadOnlyList<string> entries = Registrar.Translate(Flow(Cron("0 3 * * *"), Daily("04:30")) with { MultipleInstances = policy, Missed = MissedRuns.RunAll, Name = "100% ü" }, Key, Command);
        Registrar.Register(Key, entries);
        string timer = Assert.Single(Directory.GetFiles(_folder.FullPath, "*.timer"));

        (int code, string output) = Run(Analyze, "verify", "--man=no", "--recursive-errors=no", timer, Path.ChangeExtension(timer, ".service"));
        Assert.True(code == 0 && output.Length == 0, $"{output}\n{string.Join('\n', entries)}");
        Assert.Contains("OnCalendar=*-*-* 03:00:00\nOnCalendar=*-*-* 04:30:00\nAccuracySec=1s\nPersistent=true\n", entries[0], StringComparison.Ordinal);
        Assert.Contains("Description=Scheduled flow '100%% ü'\n", entries[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MultipleInstances.IgnoreNew)]
    [InlineData(MultipleInstances.Parallel)]
    public void A_time_is_started_beside_others_with_systemds_quotes_and_escapes(MultipleInstances policy)
    {
        string service = UnitFiles.Service(Flow(Cron("0 3 * * *")) with { MultipleInstances = policy }, Command, "/usr/bin/systemd-run");

        Assert.Contains("\nExecStart=\"/usr/bin/systemd-run\" \"--user\" \"--collect\" \"--no-block\" ", service, StringComparison.Ordinal);
        Assert.Contains(" \"--setenv=DOTNET_ROOT=/opt/dot net/100%%\" \"--\" \"/bin/sh\" \"-c\" \"100%% \\\"of\\\" $$$$HOME \\\\ it's\" \"two\\x0alines\\x09ü\"\n", service, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_written_enabled_listed_and_removed()
    {
        string[] entries = [UnitFiles.Timer(Flow(Cron("0 3 * * *")), ["*-*-* 03:00:00"]), UnitFiles.Service(Flow(Cron("0 3 * * *")), Command, "/usr/bin/systemd-run")];
        Registrar.Register(Key, entries);

        Assert.Equal(
            ["systemctl --user daemon-reload", $"systemctl --user enable flowmodule-{Key.Text}.timer", $"systemctl --user restart flowmodule-{Key.Text}.timer"], _programs.Calls);
        RegisteredEntries there = Assert.Single(Registrar.List("/schedules"));
        Assert.Equal(entries, there.Entries);
        Assert.Equal("Its timer is not enabled.", there.Trouble);
        Assert.Equal("*-*-* 03:00:00", Registrar.TimesOf(entries));

        _programs.Calls.Clear();
        Registrar.Unregister(Key);
        Assert.Equal([$"systemctl --user disable --now flowmodule-{Key.Text}.timer", "systemctl --user daemon-reload"], _programs.Calls);
        Assert.Empty(Directory.GetFiles(_folder.FullPath));
    }

    [Fact]
    public void What_systemd_refuses_leaves_no_files_behind()
    {
        _programs.Answer = call => call.Contains("enable", StringComparison.Ordinal) ? new ProgramResult(1, [], "Failed to connect to bus") : null;

        string message = Assert.Throws<RegistrarException>(() => Registrar.Register(Key, ["timer", "service"])).Message;
        Assert.Contains("Failed to connect to bus", message, StringComparison.Ordinal);
        Assert.Contains("loginctl enable-linger", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.FullPath));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_a_refusal()
    {
        string file = _folder.Write("systemd", "no folder");

        string message = Assert.Throws<RegistrarException>(() => new SystemdRegistrar(_programs, Clock(), Path.Combine(file, "user")).Register(Key, ["timer", "service"])).Message;
        Assert.Contains(file, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_systemd_nothing_is_written()
    {
        _programs.Missing.Add("systemctl");

        Assert.True(Assert.Throws<RegistrarException>(() => Registrar.Register(Key, ["timer", "service"])).IsMissing);
        Assert.Empty(Directory.GetFiles(_folder.FullPath));
    }

    /// <summary>Whether systemd's programs are installed, as on every machine that runs systemd.</summary>
    private static bool HasSystemd()
    {
        bool has = Programs.Find(Analyze) is not null && Programs.Find("systemd-run") is not null;
        Assert.True(has || !Directory.Exists("/run/systemd/system"), "systemd runs here, but systemd-analyze and systemd-run are not there to judge.");
        return has;
    }

    /// <summary>systemd computes the same next times as the schedule.</summary>
    private static void AgreesWithSystemd(FlowSchedule schedule, string text)
    {
        if (!HasSystemd())
        {
            return;
        }

        (int code, string output) = Run(Analyze, "calendar", $"--iterations={Iterations}", $"--base-time={Now:yyyy-MM-dd HH:mm:ss} UTC", text);
        Assert.True(code == 0, output);
        DateTimeOffset[] times = [.. from line in output.Split('\n')
                                     let parts = line.Split(": ", 2)
                                     where parts.Length == 2 && (parts[0].Trim() == "Next elapse" || parts[0].Trim().StartsWith("Iter", StringComparison.Ordinal))
                                     let date = parts[1].Split(' ')
                                     select DateTimeOffset.ParseExact($"{date[1]} {date[2]} +00:00", "yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture)];
        Assert.Equal(Iterations, times.Length);
        DateTimeOffset last = Now;
        foreach (DateTimeOffset time in times)
        {
            last = schedule.Next(last)!.Value;
            Assert.Equal(last, time);
        }
    }

    private static (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["TZ"] = "UTC";
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, (output + errors.Result).Trim());
    }
}
