using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Looking;

public sealed class WatchFlowRunTests : LookingTest
{
    [Fact]
    public void A_run_that_is_over_is_given_at_once_with_its_log()
    {
        FlowRun top = File.Start("top", "top");
        File.Log(top, "said");
        File.Log(top, "detail", FlowLogLevel.Verbose);
        File.End(top, after: TimeSpan.FromSeconds(1));

        ScriptResult result = Run("Watch-FlowRun top -HistoryPath $history").Clean();

        Assert.Equal("top", Assert.IsType<FlowRunRecord>(Assert.Single(result.Output)).Name);
        Assert.Equal(["Running", "said", "Completed"], result.Information.Select(line => line.MessageData.ToString()!.Split(" | ")[3]));
    }

    [Fact]
    public void Runs_are_watched_until_all_are_over_and_given_as_they_end()
    {
        using var gate = new Gate(2);
        FlowRun one = File.Start("flow", "one");
        FlowRun two = File.Start("flow", "two");
        Session.Set("gate", gate);
        using var watching = new RunningScript(Session, "Watch-FlowRun one, two -HistoryPath $history 6>&1 | ForEach-Object { if (\"$_\" -like '*Running') { $gate.Arrive() }; $_ }");
        gate.WaitForArrivals();

        File.End(two, "bad");
        File.End(one);
        watching.WaitForEnd();

        Assert.Equal(["Failed two", "Completed one"], watching.Output.OfType<FlowRunRecord>().Select(run => $"{run.State} {run.Name}").OrderDescending(StringComparer.Ordinal));
        Assert.Contains(watching.Output.OfType<InformationRecord>(), line => line.MessageData.ToString()!.Contains("Error       | two | Failed", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_over_when_the_time_is_up_is_an_error_and_goes_on()
    {
        FlowRun run = File.Start("flow", "slow");

        ScriptResult result = Run("Watch-FlowRun slow -TimeoutSeconds 0.2 -HistoryPath $history");

        Assert.Empty(result.Output);
        Assert.StartsWith("FlowWatchTimedOut,", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.OperationTimeout, result.OnlyError.CategoryInfo.Category);
        Assert.Equal(StateType.Running, run.State.Type);
    }

    [Fact]
    public void Ctrl_C_ends_watching_and_not_the_run()
    {
        using var gate = new Gate();
        FlowRun run = File.Start("flow", "slow");
        Session.Set("gate", gate);
        using var watching = new RunningScript(Session, "Watch-FlowRun slow -HistoryPath $history 6>&1 | ForEach-Object { $gate.Arrive() }");
        gate.WaitForArrivals();

        watching.Stop();

        Assert.Equal(PSInvocationState.Stopped, watching.State);
        Assert.Equal(StateType.Running, run.State.Type);
    }

    [Fact]
    public void The_bar_says_how_many_of_the_runs_inside_are_done()
    {
        FlowRun top = File.Start("top", "top");
        File.End(File.Start("sub", "one", top));
        File.End(File.Start("sub", "two", top), "bad");
        File.Start("sub", "three", top);
        using PowerShell shell = PowerShell.Create();
        shell.AddCommand("Watch-FlowRun").AddParameter("Name", "top").AddParameter("HistoryPath", File.Path).AddParameter("TimeoutSeconds", 0.0);

        Session.Run(shell);

        ProgressRecord bar = shell.Streams.Progress.First(record => record.RecordType == ProgressRecordType.Processing);
        Assert.Equal(("top 'top'", "2 of 3 done: 1 Running, 1 Completed, 1 Failed", 66, "sub 'three'"), (bar.Activity, bar.StatusDescription, bar.PercentComplete, bar.CurrentOperation));
        Assert.Contains(shell.Streams.Progress, record => record.ActivityId == bar.ActivityId && record.RecordType == ProgressRecordType.Completed);
    }
}
