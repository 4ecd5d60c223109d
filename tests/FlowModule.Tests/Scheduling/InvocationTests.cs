using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Instances;
using FlowModule.Scheduling.Registrations;
using FlowModule.Tests.Processes;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Scheduling;

/// <summary>Invoke-FlowSchedule and Start-FlowScheduler as users call them.</summary>
public sealed class InvocationTests : ProcessTest
{
    private protected override FlowSession OpenSession()
    {
        FlowSession session = NewSession();
        session.Set("h", Path.Combine(Folder.FullPath, "history.db"));
        session.Set("folder", Folder.FullPath);
        session.Set("script", Folder.Write("nightly.ps1", "param([int] $Code) New-Flow nightly { 'ran' } | Invoke-Flow | Out-Null; if ($Code) { exit $Code }"));
        return session;
    }

    private void Register(string options = "") =>
        Run($"Register-FlowSchedule $script (New-FlowSchedule -Daily -At 03:00) -Using Scheduler -HistoryPath $h {options}").Clean();

    [Fact]
    public void What_is_registered_runs_now_and_is_told_of_afterwards()
    {
        Register();
        var run = (FlowScheduleRun)Value("Invoke-FlowSchedule NIGHTLY -HistoryPath $h")!;
        Assert.Equal(("nightly", StateType.Completed, 0), (run.Name, run.State, run.ExitCode));
        Assert.Equal(run.ScheduledTime.ToUnixTimeMilliseconds(), ((FlowScheduleRun)Value("Get-FlowSchedule -Last 1 -HistoryPath $h")!).ScheduledTime.ToUnixTimeMilliseconds());
        Assert.Equal("Completed", ((FlowRegistration)Value("Get-FlowSchedule nightly -HistoryPath $h")!).LastState);
        Assert.Equal("nightly", ((FlowRunRecord)Value("Get-FlowRun -Schedule nightly -HistoryPath $h")!).FlowName);
    }

    [Fact]
    public void It_has_the_exit_code_of_its_script()
    {
        Register("-Parameters @{ Code = 7 }");
        var run = (FlowScheduleRun)Value("Invoke-FlowSchedule nightly -HistoryPath $h")!;
        Assert.Equal((StateType.Failed, 7), (run.State, run.ExitCode));
    }

    [Fact]
    public void Where_nothing_is_due_nothing_runs_and_it_says_so()
    {
        Register();
        var run = (FlowScheduleRun)Value("Invoke-FlowSchedule nightly -Due -HistoryPath $h")!;
        Assert.Equal((StateType.Cancelled, "Skipped", 4), (run.State, run.StateName, run.ExitCode));
        Assert.Empty(Values("Get-FlowSchedule -Last 1 -HistoryPath $h"));
    }

    /// <summary>Otherwise the ticks would look active as long as the session lives, and block other runs.</summary>
    [Fact]
    public void Whoever_reads_no_further_leaves_no_time_taken()
    {
        Register("-Missed RunAll -MultipleInstances IgnoreNew");
        string file = Path.Combine(Folder.FullPath, "history.db");
        var folder = new ScheduledFlowFolder(Path.Combine(Folder.FullPath, "schedules"), CronExpressions.Parser);
        folder.Save(folder.Find("nightly")! with { Since = DateTimeOffset.Now.AddDays(-4) });

        FlowScheduleRun first = ScheduleInvocation.Of("nightly", file).Run(isDue: true, CancellationToken.None).First();
        FlowScheduleRun[] others = [.. ScheduleInvocation.Of("nightly", file).Run(isDue: true, CancellationToken.None)];

        Assert.Equal(StateType.Completed, first.State);
        Assert.InRange(others.Length, 2, 4);
        Assert.All(others, run => Assert.True(run.ScheduledTime > first.ScheduledTime && run.State == StateType.Completed, $"{run.ScheduledTime}: {run.StateName}. {run.Message}"));
    }

    [Fact]
    public void WhatIf_runs_nothing()
    {
        Register();
        Assert.Empty(Values("Invoke-FlowSchedule nightly -HistoryPath $h -WhatIf"));
        Assert.Empty(Values("Start-FlowScheduler $folder -HistoryPath $h -WhatIf"));
        Assert.Empty(Values("Get-FlowSchedule -Last 1 -HistoryPath $h"));
    }

    [Theory]
    [InlineData("Invoke-FlowSchedule other -HistoryPath $h", "FlowScheduleNotFound,FlowModule.Commands.InvokeFlowScheduleCommand")]
    [InlineData("Start-FlowScheduler $folder/none -HistoryPath $h", "FlowFolderNotFound,FlowModule.Commands.StartFlowSchedulerCommand")]
    [InlineData("Start-FlowScheduler $folder -OnFailure 7 -HistoryPath $h", "FlowNotificationUnknown,FlowModule.Commands.StartFlowSchedulerCommand")]
    public void What_cannot_be_is_refused_before_anything_runs(string script, string expected) =>
        Assert.Equal(expected, Run(script).OnlyError.FullyQualifiedErrorId);

    [Fact]
    public void A_scheduler_gives_what_its_runs_came_to_and_ends_with_its_reader()
    {
        Folder.Write("flows/each.ps1", "#FlowSchedule -Every 00:00:01 -MultipleInstances Queue\nNew-Flow each { } | Invoke-Flow");
        var run = (FlowScheduleRun)Value("Start-FlowScheduler $folder/flows -HistoryPath $h -PassThru -InformationAction Ignore | Select-Object -First 1")!;
        Assert.Equal(("each", StateType.Completed), (run.Name, run.State));
    }
}
