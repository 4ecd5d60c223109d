using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Streams;

/// <summary>Progress of parallel runs: ids never collide, and bars hang under the fan-out's.</summary>
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
                $null = $barrier.SignalAndWait(60000)
            } -Parallel -ThrottleLimit 2 | ForEach-Object { $_.Name }
            """);
        ScriptResult result = Session.Run(shell).Clean();

        Assert.Equal(["Completed", "Completed"], result.Output);
        ProgressRecord[] records = [.. shell.Streams.Progress];
        ProgressRecord[] open = [.. records.Where(record => record.RecordType == ProgressRecordType.Processing)];
        int bar = Assert.Single(open, record => record.Activity == "Subflows").ActivityId;
        int[] work = [.. open.Where(record => record.Activity.StartsWith("work", StringComparison.Ordinal)).Select(record => record.ActivityId)];
        Assert.Equal(2, work.Distinct().Count());
        Assert.All(open.Where(record => record.Activity.StartsWith("work", StringComparison.Ordinal)), record => Assert.Equal(bar, record.ParentActivityId));
        Assert.All(open.Where(record => record.Activity.StartsWith("detail", StringComparison.Ordinal)), record => Assert.Contains(record.ParentActivityId, work));

        int[] closed = [.. records.Where(record => record.RecordType == ProgressRecordType.Completed).Select(record => record.ActivityId)];
        Assert.Equal(open.Select(record => record.ActivityId).Distinct().Order(), closed.Order());
    }
}
