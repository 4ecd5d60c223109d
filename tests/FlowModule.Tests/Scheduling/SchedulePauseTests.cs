using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrations;
using FlowModule.Tests.Processes;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Scheduling;

/// <summary>Suspend- and Resume-FlowSchedule.</summary>
public sealed class SchedulePauseTests : ProcessTest
{
    private string HistoryFile => Path.Combine(Folder.FullPath, "history", "history.db");

    private ScheduledFlowFolder Kept => new(Path.Combine(Folder.FullPath, "history", "schedules"), CronExpressions.Parser);

    private FlowRegistration Registration => (FlowRegistration)Value("Get-FlowSchedule nightly -HistoryPath $h")!;

    private protected override FlowSession OpenSession()
    {
        StubCrontab.Use();
        FlowSession session = NewSession();
        session.Set("h", HistoryFile);
        session.Set("s", Schedules.Cron("0 3 * * *"));
        session.Set("script", Folder.Write("flows/nightly.ps1", "'hello'"));
        return session;
    }

    [Theory]
    [InlineData("Scheduler")]
    [InlineData("Crontab")]
    public void A_paused_flow_keeps_its_entry_and_has_no_next_run_until_it_is_resumed(string host)
    {
        Values($"Register-FlowSchedule $script $s -HistoryPath $h -Using {host}");
        string[] entries = Registration.Entries;

        var paused = (FlowRegistration)Value("Suspend-FlowSchedule nightly -HistoryPath $h -PassThru")!;
        Assert.Equal(FlowRegistrationStatus.Paused, paused.Status);
        Assert.Null(paused.NextRun);
        Assert.NotNull(paused.PausedSince);
        Assert.Equal(entries, paused.Entries);
        DateTimeOffset? since = paused.PausedSince;

        Values("Get-FlowSchedule -HistoryPath $h | Suspend-FlowSchedule -HistoryPath $h");
        Assert.Equal(since, Registration.PausedSince);

        var resumed = (FlowRegistration)Value("Get-FlowSchedule -HistoryPath $h | Resume-FlowSchedule -HistoryPath $h -PassThru")!;
        Assert.Equal((FlowRegistrationStatus.Registered, null), (resumed.Status, resumed.PausedSince));
        Assert.NotNull(resumed.NextRun);
        Values("Unregister-FlowSchedule nightly -HistoryPath $h");
    }

    [Fact]
    public void WhatIf_changes_nothing_and_an_unknown_name_is_one_error()
    {
        Values("Register-FlowSchedule $script $s -HistoryPath $h -Using Scheduler");
        Values("Suspend-FlowSchedule * -HistoryPath $h -WhatIf");
        Assert.Equal(FlowRegistrationStatus.Registered, Registration.Status);
        Assert.StartsWith("FlowScheduleNotFound,", Run("Suspend-FlowSchedule none -HistoryPath $h").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("FlowScheduleNotFound,", Run("Resume-FlowSchedule none -HistoryPath $h").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_registration_that_cannot_be_read_is_one_error_and_the_others_are_paused()
    {
        Values("Register-FlowSchedule $script $s -HistoryPath $h -Using Scheduler; Register-FlowSchedule $script $s -Name broken -HistoryPath $h -Using Scheduler");
        File.WriteAllText(Kept.FileOf("broken"), "{");
        Assert.StartsWith("FlowScheduleNotKept,", Run("Suspend-FlowSchedule * -HistoryPath $h").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(FlowRegistrationStatus.Paused, Registration.Status);
    }

    [Fact]
    public void A_paused_flow_is_in_the_report_neither_overdue_nor_broken()
    {
        Values("Register-FlowSchedule $script $s -HistoryPath $h -Using Scheduler");
        Values("$null = New-Flow any { } | Invoke-Flow -HistoryPath $h");
        ScheduledFlow flow = Kept.Find("nightly")!;
        Kept.Save(flow with { Since = flow.Since.AddDays(-3) });
        Assert.Single(((FlowReport)Value("Get-FlowReport -Since 2d -HistoryPath $h")!).Overdue);

        Values("Suspend-FlowSchedule nightly -HistoryPath $h");
        var report = (FlowReport)Value("Get-FlowReport -Since 2d -HistoryPath $h")!;
        Assert.Empty(report.Overdue);
        Assert.Empty(report.Changed);
    }
}
