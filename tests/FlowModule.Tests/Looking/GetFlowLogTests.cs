using FlowModule.Engine.History;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Looking;

public sealed class GetFlowLogTests : LookingTest
{
    [Fact]
    public void A_log_has_the_lines_of_a_run_and_those_inside_it_with_their_states()
    {
        MakeRuns();

        Assert.Equal(
            [
                "Information top Running", "Verbose top first", "Information inner Running", "Warning inner careful",
                "Error inner Failed: Flow run encountered an exception. RuntimeException: broke", "Information top last", "Information top Completed",
            ],
            Lines("Get-FlowLog top -HistoryPath $history"));
    }

    [Theory]
    [InlineData("", "other")]
    [InlineData("top -Level Warning", "careful|Failed: Flow run encountered an exception. RuntimeException: broke")]
    [InlineData("top -Level Error", "Failed: Flow run encountered an exception. RuntimeException: broke")]
    [InlineData("top -Tail 2", "last|Completed")]
    [InlineData("top -Tail 0", "")]
    [InlineData("top -Tail 1 -Level Warning", "Failed: Flow run encountered an exception. RuntimeException: broke")]
    [InlineData("top -NoTree", "Running|first|last|Completed")]
    [InlineData("inner, other -Tail 1", "Failed: Flow run encountered an exception. RuntimeException: broke|other")]
    [InlineData("top -Since 1s", "")]
    public void Lines_are_chosen_by(string parameters, string messages)
    {
        MakeRuns();
        File.Log(File.Start("other", "other"), "other");

        string[] found = [.. Lines($"Get-FlowLog {parameters} -HistoryPath $history | Where-Object Message -ne 'Running'").Select(line => line.Split(' ', 3)[2])];

        Assert.Equal([.. messages.Split('|', StringSplitOptions.RemoveEmptyEntries).Where(message => message != "Running")], found);
    }

    [Fact]
    public void A_state_among_the_lines_says_that_it_is_one()
    {
        MakeRuns();

        Assert.Equal(["first", "careful", "last"], Values("Get-FlowLog top -HistoryPath $history | Where-Object { -not $_.IsState } | ForEach-Object Message"));
    }

    [Fact]
    public void A_log_longer_than_is_read_at_once_is_whole()
    {
        FlowRun top = File.Start("top", "top");
        for (int i = 0; i < 12_000; i++)
        {
            top.Recording!.Log(File.Time.GetUtcNow(), FlowLogLevel.Information, $"{i}");
        }

        File.End(top);

        Assert.Equal(
            ["Running", .. Enumerable.Range(0, 12_000).Select(i => $"{i}"), "Completed"],
            Values("Get-FlowLog -HistoryPath $history").Cast<FlowLogRecord>().Select(line => line.Message));
    }

    [Fact]
    public void Follow_gives_the_lines_as_they_come_and_ends_with_the_run()
    {
        using var gate = new Gate();
        FlowRun top = File.Start("top", "top");
        File.Log(top, "before");
        Session.Set("gate", gate);
        using var following = new RunningScript(Session, "Get-FlowLog top -Follow -HistoryPath $history | ForEach-Object { if ($_.Message -eq 'before') { $gate.Arrive() }; $_ }");
        gate.WaitForArrivals();

        FlowRun inner = File.Start("inner", "inner", top);
        File.Log(inner, "later");
        File.End(inner);
        File.End(top);
        following.WaitForEnd();

        Assert.Equal(
            ["Running", "before", "Running", "later", "Completed", "Completed"],
            following.Output.Cast<FlowLogRecord>().Select(line => line.Message));
    }

    [Fact]
    public void Follow_of_a_run_that_is_over_ends_at_once()
    {
        MakeRuns();

        Assert.Equal(["last", "Completed"], Values("Get-FlowLog top -Follow -Tail 2 -HistoryPath $history").Cast<FlowLogRecord>().Select(line => line.Message));
    }

    [Fact]
    public void Ctrl_C_ends_a_follow()
    {
        using var gate = new Gate();
        File.Start("top", "top");
        Session.Set("gate", gate);
        using var following = new RunningScript(Session, "Get-FlowLog top -Follow -HistoryPath $history | ForEach-Object { $gate.Arrive() }");
        gate.WaitForArrivals();

        following.Stop();

        Assert.Equal(System.Management.Automation.PSInvocationState.Stopped, following.State);
    }

    [Fact]
    public void A_downstream_end_ends_a_follow()
    {
        File.Start("top", "top");

        Assert.Equal("Running", Value("Get-FlowLog top -Follow -HistoryPath $history | Select-Object -First 1 | ForEach-Object Message"));
    }

    private void MakeRuns()
    {
        FlowRun top = File.Start("top", "top");
        File.Log(top, "first", FlowLogLevel.Verbose);
        FlowRun inner = File.Start("inner", "inner", top);
        File.Log(inner, "careful", FlowLogLevel.Warning);
        File.Time.Advance(TimeSpan.FromMilliseconds(1));
        File.End(inner, "broke");
        File.Log(top, "last");
        File.Time.Advance(TimeSpan.FromMilliseconds(1));
        File.End(top);
    }

    private string[] Lines(string script) => [.. Values(script).Cast<FlowLogRecord>().Select(line => $"{line.Level} {line.RunName} {line.Message}")];
}
