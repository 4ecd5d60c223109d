using System.Management.Automation;
using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrars;
using FlowModule.Scheduling.Registrations;
using FlowModule.Tests.Processes;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Scheduling;

/// <summary>Register-, Get- and Unregister-FlowSchedule, with the machine's own crontab out of reach.</summary>
public sealed class RegistrationTests : ProcessTest
{
    private string HistoryFile => Path.Combine(Folder.FullPath, "history", "history.db");

    private string Registrations => Path.Combine(Folder.FullPath, "history", "schedules");

    private protected override FlowSession OpenSession()
    {
        StubCrontab.Use();
        FlowSession session = NewSession();
        session.Set("h", HistoryFile);
        session.Set("s", Schedules.Cron("0 3 * * 1-5"));
        session.Set("script", Folder.Write("flows/nightly job.ps1", "param([Parameter(Mandatory)] [int] $Size, [string[]] $Names, [datetime] $Since)\n'hello'"));
        return session;
    }

    private FlowRegistration Registration => (FlowRegistration)Value("Get-FlowSchedule -HistoryPath $h")!;

    private ScheduledFlow Kept(string name) => new ScheduledFlowFolder(Registrations, CronExpressions.Parser).Find(name)!;

    private ErrorRecord Error(string script) => Run(script).OnlyError;

    [Fact]
    public void A_script_is_registered_and_shown_as_it_is()
    {
        var given = (FlowRegistration)Value("Register-FlowSchedule $script $s -Parameters @{ Size = 3; Names = 'a', 'ü'; Since = [datetime]'2026-01-02' } -HistoryPath $h -Using Scheduler -PassThru")!;

        Assert.Equal(("nightly job", FlowScheduleHost.Scheduler, FlowRegistrationStatus.Registered), (given.Name, given.Using, given.Status));
        Assert.Equal(Path.Combine(Folder.FullPath, "flows"), given.WorkingDirectory);
        Assert.Equal(Path.Combine(Folder.FullPath, "history", "logs", "nightly job.log"), given.LogPath);
        Assert.Equal("Cron 0 3 * * 1-5", given.When);
        Assert.Equal(Schedules.Cron("0 3 * * 1-5").Next(DateTimeOffset.Now), given.NextRun);
        Assert.Equal(3, given.Parameters!["Size"]);
        Assert.Equal(new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Unspecified), given.Parameters["since"]);
        ScheduledFlow kept = Kept("NIGHTLY JOB");
        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), kept.Environment["PATH"]);
        Assert.DoesNotContain("HOME", kept.Environment.Keys);
    }

    [Fact]
    public void A_script_that_says_itself_when_it_runs_is_registered_so_where_nothing_else_is_said()
    {
        Session.Set("own", Folder.Write("flows/own.ps1", """
            #FlowSchedule -Cron '0 3 * * *'
            #FlowSchedule -Every 01:00 -Name 'as it says' -MultipleInstances Queue -Missed RunAll -Parameters @{ Size = 3 }
            param([int] $Size)
            """));
        Values("Register-FlowSchedule $own -HistoryPath $h -Using Scheduler");
        ScheduledFlow kept = Kept("as it says");
        Assert.Equal(["Cron 0 3 * * *", "Every 01:00:00"], kept.Schedules.Select(schedule => schedule.Description));
        Assert.Equal((MultipleInstances.Queue, MissedRuns.RunAll), (kept.MultipleInstances, kept.Missed));
        Assert.Contains("Size", kept.Parameters, StringComparison.Ordinal);

        Values("Register-FlowSchedule $own $s -Name other -Missed Skip -HistoryPath $h -Using Scheduler");
        kept = Kept("other");
        Assert.Equal(["Cron 0 3 * * 1-5"], kept.Schedules.Select(schedule => schedule.Description));
        Assert.Equal((MultipleInstances.Queue, MissedRuns.Skip), (kept.MultipleInstances, kept.Missed));

        Session.Set("wrong", Folder.Write("flows/wrong.ps1", "#FlowSchedule -Cron '0 25 * * *'"));
        Assert.StartsWith("FlowScheduleInvalid", Error("Register-FlowSchedule $wrong -HistoryPath $h -Using Scheduler").FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_is_a_cron_expression()
    {
        Values("Register-FlowSchedule $script '0 3 * * *' -Name one -Parameters @{ Size = 3 } -HistoryPath $h -Using Scheduler");
        Assert.Equal(["Cron 0 3 * * *"], Kept("one").Schedules.Select(schedule => schedule.Description));

        Values("Register-FlowSchedule $script '@daily', (New-FlowSchedule -Every 5m), $s -Name three -Parameters @{ Size = 3 } -HistoryPath $h -Using Scheduler");
        Assert.Equal(["Cron @daily", "Every 00:05:00", "Cron 0 3 * * 1-5"], Kept("three").Schedules.Select(schedule => schedule.Description));
        Assert.Equal(2, Values("Get-FlowSchedule -Schedule '@hourly' -Next 2").Length);
    }

    [Theory]
    [InlineData("each night", "New-FlowSchedule creates schedules of other kinds")]
    [InlineData("0 25 * * *", "Its hour '25'")]
    [InlineData("0 0 30 2 *", "never occurs")]
    public void A_text_that_is_none_is_refused(string text, string said)
    {
        Session.Set("text", text);

        ErrorRecord error = Error("Register-FlowSchedule $script $text -HistoryPath $h -Using Scheduler -Parameters @{ Size = 3 }");

        Assert.Equal(ErrorCategory.InvalidData, error.CategoryInfo.Category);
        Assert.Contains(said, error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(Values("Get-FlowSchedule -HistoryPath $h"));
    }

    [Fact]
    public void What_does_not_fit_the_script_is_refused_before_anything_is_registered()
    {
        (string Arguments, string Id)[] refused = [
            ("$script $s", "FlowParameterMissing"),
            ("$script $s -Parameters @{ Size = 'large' }", "FlowParameterInvalid"),
            ("$script $s -Parameters @{ Size = 1; Other = 2 }", "FlowParameterNotFound"),
            ("$script $s -Parameters @{ Size = 1; Names = @{ deep = [pscredential]::Empty } }", "FlowParameterSecret"),
            ("$script $s -Parameters @{ Size = 1 } -Name '../x'", "FlowScheduleNameInvalid"),
            ("$script $s -Parameters @{ Size = 1 } -Name ('ü' * 36)", "FlowScheduleNameInvalid"),
            ("$script $s -Parameters @{ Size = 1 } -Name ('_' * 100)", "FlowScheduleNameInvalid"),
            ("$script $s -Parameters @{ Size = 1 } -Name nul", "FlowScheduleNameInvalid"),
            ("$script $s -Parameters @{ Size = 1 } -Name Com1.nightly", "FlowScheduleNameInvalid"),
            ("$script $s -Parameters @{ Size = 1 } -WorkingDirectory /no/such/folder", "FlowFolderNotFound"),
            ("$script -Parameters @{ Size = 1 }", "FlowScheduleMissing"),
            ("./none.ps1 $s", "FlowScriptNotFound"),
        ];

        Assert.All(refused, given => Assert.StartsWith(given.Id + ",", Error($"Register-FlowSchedule {given.Arguments} -HistoryPath $h -Using Scheduler").FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.Empty(Values("Get-FlowSchedule -HistoryPath $h"));
    }

    [Theory]
    [InlineData("[securestring]::new()")]
    [InlineData("@{ a = 1, [pscredential]::new('me', [securestring]::new()) }")]
    public void Secrets_are_refused_with_advice(string value)
    {
        Session.Set("open", Folder.Write("open.ps1", "param($Key)"));

        ErrorRecord error = Error($"Register-FlowSchedule $open $s -Parameters @{{ Key = {value} }} -HistoryPath $h -Using Scheduler");
        Assert.StartsWith("FlowParameterSecret,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("vault", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_that_does_not_parse_is_refused_with_its_line()
    {
        Session.Set("broken", Folder.Write("broken.ps1", "'a'\nif ("));

        Assert.Contains("line 2", Error("Register-FlowSchedule $broken $s -HistoryPath $h -Using Scheduler").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_that_never_fires_again_is_refused()
    {
        Session.Set("past", Schedules.Once(DateTimeOffset.Now.AddDays(-1)));

        Assert.StartsWith("FlowScheduleNeverFires,", Error("Register-FlowSchedule $script $past -Parameters @{ Size = 1 } -HistoryPath $h -Using Scheduler").FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_that_cron_cannot_say_is_refused_with_what_can()
    {
        Session.Set("seconds", Schedules.Cron("30 0 3 * * *"));

        ErrorRecord error = Error("Register-FlowSchedule $script $seconds -Parameters @{ Size = 1 } -HistoryPath $h -Using Crontab");
        Assert.StartsWith("FlowScheduleInexpressible,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(Programs.Find("systemd-run") is null ? "-Using Scheduler" : "-Using Systemd or -Using Scheduler", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_shows_the_line_and_changes_nothing()
    {
        string shown = Run("Register-FlowSchedule $script $s -Parameters @{ Size = 1 } -HistoryPath $h -Using Crontab -WhatIf").Clean().HostText;

        Assert.Contains("\n0 3 * * 1-5 ", shown, StringComparison.Ordinal);
        Assert.Contains("scheduled 'nightly job' --history-path ", shown, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Registrations));
        Assert.DoesNotContain("nightly_20job", StubCrontab.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_name_again_replaces_what_was_there_also_in_another_place()
    {
        Values("Register-FlowSchedule $script $s -Parameters @{ Size = 1 } -HistoryPath $h -Using Crontab");
        Assert.Equal(FlowRegistrationStatus.Registered, Registration.Status);
        Assert.Single(Registration.Entries);

        Values("Register-FlowSchedule $script $s -Name 'Nightly Job' -Parameters @{ Size = 2 } -HistoryPath $h -Using Scheduler");
        Assert.Equal(("Nightly Job", FlowScheduleHost.Scheduler), (Registration.Name, Registration.Using));
        Assert.DoesNotContain(Folder.FullPath, StubCrontab.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_changed_by_hand_is_shown_as_it_is_and_what_is_lost_as_missing()
    {
        Values("Register-FlowSchedule $script $s -Parameters @{ Size = 1 } -HistoryPath $h -Using Crontab");
        StubCrontab.Edit(text => text.Replace("0 3 * * 1-5", "0 4 * * *", StringComparison.Ordinal));
        FlowRegistration changed = Registration;
        Assert.Equal((FlowRegistrationStatus.Changed, "0 4 * * *"), (changed.Status, changed.When));
        Assert.Null(changed.NextRun);

        string line = changed.Entries[0];
        StubCrontab.Edit(text => text.Replace(line + "\n", "", StringComparison.Ordinal));
        Assert.Equal(FlowRegistrationStatus.Missing, Registration.Status);

        StubCrontab.Edit(text => text + line + "\n");
        Directory.Delete(Registrations, recursive: true);
        Assert.Equal((FlowRegistrationStatus.Orphaned, "nightly job"), (Registration.Status, Registration.Name));

        Values("Unregister-FlowSchedule nightly* -HistoryPath $h");
        Assert.Empty(Values("Get-FlowSchedule -HistoryPath $h"));
        Assert.DoesNotContain(line, StubCrontab.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_scheduler_refuses_leaves_what_was_registered()
    {
        Values("Register-FlowSchedule $script $s -Parameters @{ Size = 1 } -HistoryPath $h -Using Crontab");
        string before = File.ReadAllText(Directory.GetFiles(Registrations, "*.json").Single());
        Session.Set("other", Schedules.Daily("05:00"));

        StubCrontab.Refuse = true;
        ErrorRecord error = Error("Register-FlowSchedule $script $other -Parameters @{ Size = 2 } -HistoryPath $h -Using Crontab");
        StubCrontab.Refuse = false;

        Assert.StartsWith("FlowScheduleHostRefused,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Directory.GetFiles(Registrations, "*.json").Single()));
        Assert.Equal(FlowRegistrationStatus.Registered, Registration.Status);
        Values("Get-FlowSchedule -HistoryPath $h | Unregister-FlowSchedule -HistoryPath $h");
    }

    [Fact]
    public void Two_histories_can_each_have_a_flow_of_the_same_name()
    {
        Values("Register-FlowSchedule $script $s -Parameters @{ Size = 1 } -HistoryPath $h -Using Crontab");
        Session.Set("other", Path.Combine(Folder.FullPath, "other", "history.db"));
        Values("Register-FlowSchedule $script $s -Parameters @{ Size = 1 } -HistoryPath $other -Using Crontab");

        Assert.Equal(FlowRegistrationStatus.Registered, Registration.Status);
        Values("Unregister-FlowSchedule 'nightly job' -HistoryPath $other");
        Assert.Equal(FlowRegistrationStatus.Registered, Registration.Status);
        Values("Unregister-FlowSchedule 'nightly job' -HistoryPath $h");
    }

    [Fact]
    public async Task Histories_that_change_the_crontab_at_the_same_time_lose_no_line()
    {
        const int Each = 6;
        ScheduledFlow flow = Schedules.Flow(Schedules.Cron("0 3 * * *")) with { Using = FlowScheduleHost.Crontab };
        string[] histories = [Path.Combine(Folder.FullPath, "one", "history.db"), Path.Combine(Folder.FullPath, "two", "history.db")];
        using var gate = new Barrier(histories.Length);

        await Task.WhenAll(histories.Select(history => Task.Factory.StartNew(
            () =>
            {
                var registrations = FlowRegistrations.Of(history);
                gate.SignalAndWait();
                for (int i = 0; i < Each; i++)
                {
                    registrations.Register(registrations.Translate(flow with { Name = $"flow {i}" }));
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        foreach (FlowRegistrations registrations in histories.Select(FlowRegistrations.Of))
        {
            IReadOnlyList<FlowRegistration> all = registrations.All();
            Assert.Equal(Enumerable.Repeat(FlowRegistrationStatus.Registered, Each), all.Select(registration => registration.Status));
            foreach (FlowRegistration registration in all)
            {
                registrations.Unregister(registration);
            }
        }
    }

    [Fact]
    public void A_damaged_registration_is_shown_and_can_be_taken_away()
    {
        Values("Register-FlowSchedule $script $s -Parameters @{ Size = 1 } -HistoryPath $h -Using Scheduler");
        File.WriteAllText(Directory.GetFiles(Registrations, "*.json").Single(), "{");

        Assert.Equal(FlowRegistrationStatus.Damaged, Registration.Status);
        Values("Unregister-FlowSchedule 'nightly job' -HistoryPath $h");
        Assert.Empty(Values("Get-FlowSchedule -HistoryPath $h"));
    }

    [Fact]
    public void The_next_times_are_given_for_what_is_registered_and_for_any_schedule()
    {
        Values("Register-FlowSchedule $script $s -Parameters @{ Size = 1 } -HistoryPath $h -Using Scheduler");
        FlowScheduleTime[] registered = [.. Values("Get-FlowSchedule -HistoryPath $h -Next 3").Cast<FlowScheduleTime>()];
        FlowScheduleTime[] any = [.. Values("$s, $s | Get-FlowSchedule -Next 3").Cast<FlowScheduleTime>()];

        Assert.Equal(["nightly job", "nightly job", "nightly job"], registered.Select(time => time.Name));
        Assert.All(any, time => Assert.Equal("Cron 0 3 * * 1-5", time.Name));
        Assert.Equal(registered.Select(time => time.Time), any.Select(time => time.Time));
        Assert.Equal(3, any.Select(time => time.Time).Distinct().Count());
    }

    [Fact]
    public void An_unknown_name_is_one_error_and_a_pattern_none()
    {
        Assert.StartsWith("FlowScheduleNotFound,", Error("Get-FlowSchedule none -HistoryPath $h").FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("FlowScheduleNotFound,", Error("Unregister-FlowSchedule none -HistoryPath $h").FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(Values("Get-FlowSchedule none* -HistoryPath $h"));
    }
}
