using FlowModule.Tests.Support;

namespace FlowModule.Tests.Processes;

/// <summary>The other process decides the outcome of a body by the same rules.</summary>
public sealed class StateTests : SharedProcessTest
{
    [Theory]
    [InlineData("{ 5 }", StateType.Completed, null)]
    [InlineData("{ throw 'no' }", StateType.Failed, "Flow run encountered an exception. RuntimeException: no")]
    [InlineData("{ 1..2 | Start-Subflow { $_ } }", StateType.Completed, "All states completed.")]
    [InlineData("{ 1..4 | Start-Subflow { if ($_ -eq 2) { throw 'two' } } -Parallel -ErrorAction SilentlyContinue }", StateType.Failed, "1/4 states failed.")]
    [InlineData("{ $null = 1..4 | Start-Subflow { if ($_ -eq 2) { throw 'two' } } -ErrorAction SilentlyContinue }", StateType.Failed, "1/4 states failed.")]
    [InlineData("{ 1..2 | Start-Subflow { if ($_ -eq 2) { Stop-FlowRun -InputObject $FlowRun; Start-Sleep 600 } } -ErrorAction SilentlyContinue }", StateType.Cancelled, "1/2 states cancelled.")]
    [InlineData("{ $null = 1..2 | Start-Subflow { if ($_ -eq 2) { throw 'two' } } -Parallel -AsJob }", StateType.Failed, "1/2 states failed.")]
    [InlineData("{ [System.Threading.Tasks.Task]::FromException([InvalidOperationException]::new('later')) }", StateType.Failed, "Flow run encountered an exception. InvalidOperationException: later")]
    public void A_run_ends_as_it_would_here(string body, StateType type, string? message)
    {
        ScriptResult result = Run($"Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 {body} -ErrorAction SilentlyContinue");

        Assert.Equal((type, message), (result.State.Type, Counted.States(result.State.Message)));
    }

    [Fact]
    public void Warnings_and_errors_say_which_of_many_they_come_from_once()
    {
        ScriptResult result = Run("""
            $flow = New-Flow named -RunName run { Write-Warning "low $_"; Invoke-FlowTask step { Write-Warning 'task' }; Write-Error "bad $_" }
            7 | Start-Subflow $flow -Parallel -Isolation Process -ThrottleLimit 2
            """);

        Assert.Equal(["[run (7)] low 7", "[run (7)] task"], result.Warnings);
        Assert.Equal("[run (7)] bad 7", result.OnlyError.ToString());
    }

    [Fact]
    public void A_tasks_result_is_awaited() =>
        Assert.Equal(5, Result("{ [System.Threading.Tasks.Task[int]]::Run([Func[int]] { 5 }) }".Replace("[System.Threading.Tasks.Task[int]]::Run([Func[int]] { 5 })", "[System.Threading.Tasks.Task]::FromResult(5)", StringComparison.Ordinal)));

    [Fact]
    public void States_in_the_result_can_be_received() => Assert.Equal([2, 4, "scriptblock"], Values("""
        $state = Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { 1..2 | Start-Subflow { 2 * $_ } -KeepOrder }
        $state | Receive-FlowResult
        $state.Result[0].Run.FlowName
        """));

    [Fact]
    public void The_error_of_a_failed_subflow_is_the_cause()
    {
        ScriptResult result = Run("Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { Start-Subflow { throw 'deep' } -ErrorAction SilentlyContinue }");

        Assert.StartsWith("FlowRunFailed", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("deep", result.OnlyError.Exception.InnerException!.Message);
    }

    [Fact]
    public void A_run_is_told_of_by_its_log_lines()
    {
        ScriptResult result = Run("Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 (New-Flow told { Start-Subflow (New-Flow inner { 1 }) | Out-Null })").Clean();

        string[] lines = [.. result.Information.Where(record => record.Tags.Contains("FlowLog")).Select(record => $"{record.MessageData}")];
        Assert.Equal(4, lines.Length);
        Assert.Contains("for flow 'told'", lines[0], StringComparison.Ordinal);
        Assert.Contains("Beginning subflow run", lines[1], StringComparison.Ordinal);
        Assert.Contains($"'{result.State.Run.Name}' finished", lines[3], StringComparison.Ordinal);
    }
}
