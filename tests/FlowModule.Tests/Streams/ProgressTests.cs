using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Streams;

/// <summary>Progress of parallel runs: ids never collide, and bars are children of the fan-out's bar.</summary>
public sealed class ProgressTests : FlowTest
{
    [Fact]
    public void Two_runs_with_the_same_id_get_bars_of_their_own_under_one_parent()
    {
        using PowerShell shell = PowerShell.Create();
        shell.AddScript("""
            $barrier = [System.Threading.Barrier]::new(2)
            1..2 | Start-Subflow {
                Write-Progress -Activity "work $_" -Id 0 -PercentComplete 10
                Write-Progress -Activity "detail $_" -Id 1 -ParentId 0 -PercentComplete 20
                $null = $barrier.SignalAndWait(600000)
            } -Parallel -ThrottleLimit 2 | ForEach-Object { $_.Name }
            """);
        ScriptResult result = Session.Run(shell).Clean();

        Assert.Equal(["Completed", "Completed"], result.Output);
        ProgressRecord[] records = [.. shell.Streams.Progress];
        ProgressRecord[] open = [.. records.Where(record => record.RecordType == ProgressRecordType.Processing)];
        int bar = Assert.Single(open.Where(record => record.Activity == "Subflows").Select(record => record.ActivityId).Distinct());
        int[] work = [.. open.Where(record => record.Activity.StartsWith("work", StringComparison.Ordinal)).Select(record => record.ActivityId)];
        Assert.Equal(2, work.Distinct().Count());
        Assert.All(open.Where(record => record.Activity.StartsWith("work", StringComparison.Ordinal)), record => Assert.Equal(bar, record.ParentActivityId));
        Assert.All(open.Where(record => record.Activity.StartsWith("detail", StringComparison.Ordinal)), record => Assert.Contains(record.ParentActivityId, work));

        int[] closed = [.. records.Where(record => record.RecordType == ProgressRecordType.Completed).Select(record => record.ActivityId)];
        Assert.Equal(open.Select(record => record.ActivityId).Distinct().Order(), closed.Order());
    }

    [Theory]
    [InlineData("Start-Subflow", "Subflows", "-Parallel -ThrottleLimit 2", 100)]
    [InlineData("Start-Subflow", "Subflows", "-Parallel -KeepOrder", 100)]
    [InlineData("Start-Subflow", "Subflows", "-Isolation NewRunspace", 100)]
    [InlineData("Invoke-FlowTask t", "Tasks t", "-Parallel", 100)]
    public void The_bar_of_the_fan_out_counts_its_runs(string command, string activity, string how, int percent)
    {
        using PowerShell shell = PowerShell.Create();
        shell.AddScript($"1..3 | {command} {{ Write-Progress -Activity \"work $_\"; if ($_ -eq 2) {{ throw 'bad' }} }} {how} -ErrorAction Ignore");
        Session.Run(shell);

        ProgressRecord last = shell.Streams.Progress.Last(record => record.Activity == activity && record.RecordType == ProgressRecordType.Processing);
        Assert.Equal("3 of 3 done: 2 Completed, 1 Failed", last.StatusDescription);
        Assert.Equal(percent, last.PercentComplete);
    }

    [Fact]
    public void How_many_there_will_be_is_known_of_a_map()
    {
        using PowerShell shell = PowerShell.Create();
        shell.AddScript("Start-Subflow { param($N) Write-Progress -Activity \"work $N\" } -Map @{ N = 1..3 } -Parallel -ThrottleLimit 1 | Out-Null");
        Session.Run(shell).Clean();

        Assert.All(
            shell.Streams.Progress.Where(record => record.Activity == "Subflows" && record.RecordType == ProgressRecordType.Processing),
            bar => Assert.Matches("^[0-3] of 3 done", bar.StatusDescription));
    }

    [Fact]
    public void One_run_is_not_counted()
    {
        using PowerShell shell = PowerShell.Create();
        shell.AddScript("1 | Start-Subflow { Write-Progress -Activity work } -Parallel | Out-Null");
        Session.Run(shell).Clean();

        ProgressRecord bar = shell.Streams.Progress.Last(record => record.Activity == "Subflows" && record.RecordType == ProgressRecordType.Processing);
        Assert.Equal("Running", bar.StatusDescription);
    }
}
