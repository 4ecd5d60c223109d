using FlowModule.Tests.Support;

namespace FlowModule.Tests.Policies;

/// <summary>Scripts that are called when a run changes its state.</summary>
public sealed class HookTests : FlowTest
{
    private const string All = """
        -OnRunning { param($what, $run, $state) $log.Add(("running $what $($run.Attempt) $($state.Name) $($_ -eq $state) $($TaskRun ?? $FlowRun)" -replace $run.Name, 'run')) } `
        -OnCompletion { $log.Add("completed $($args[0]) $($_.Name)") } -OnFailure { $log.Add("failed $($_.Name) $($_.Error)") } `
        -OnCancellation { $log.Add("cancelled $($_.Name)") } -OnCrash { $log.Add("crashed $($_.Name)") }
        """;

    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _log = new();

    public static TheoryData<string> Ways =>
    [
        "New-Flow f { %body% } %how% | Invoke-Flow",
        "New-Flow f { %body% } | Start-Subflow %how%",
        "New-Flow f { %body% } %how% | Start-Subflow -Parallel",
        "Invoke-FlowTask f { %body% } %how% -ReturnState",
        "Invoke-Flow { Invoke-FlowTask f { %body% } %how% -ReturnState }",
        "1 | Invoke-FlowTask f { %body% } %how% -ReturnState -Parallel",
        "Start-FlowTask f { %body% } %how% | Wait-FlowTask",
    ];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Each_attempt_and_the_end_of_a_run(string way)
    {
        Call(way, "if (++$n[0] -lt 2) { throw 'no' }", "-Retry 1 " + All);
        Assert.Equal(["running f 1 Running True run", "running f 2 Retrying True run", "completed f Completed"], _log);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_failure_is_told_once_after_the_last_attempt(string way)
    {
        Call(way, "throw \"no $((++$n[0]))\"", "-Retry 1 " + All);
        Assert.Equal("failed Failed no 2", _log.Last());
        Assert.Equal(3, _log.Count);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Several_of_one_event_are_called_in_order_and_one_that_throws_keeps_none_back(string way)
    {
        Call(way, "$null = 1", "-OnRunning { $log.Add('r1') }, { $log.Add('r2') } -OnCompletion { $log.Add('c1'); throw 'no' }, { $log.Add('c2') } -WarningAction Ignore");
        Assert.Equal(["r1", "r2", "c1", "c2"], _log);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_timeout_is_a_failure(string way)
    {
        Call(way, "Start-Sleep 600", "-TimeoutSeconds 0.5 " + All);
        Assert.StartsWith("failed TimedOut", _log.Last(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void They_find_variables_and_functions_of_the_place_they_are_written_at(string way)
    {
        Call($"function Start-It {{ function Get-Local {{ 'fn' }}; $local = 'local'; {way} }}; Start-It", "1", "-OnCompletion { $log.Add(\"$local $(Get-Local)\") }");
        Assert.Equal(["local fn"], _log);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_goes_wrong_in_one_is_a_warning_and_changes_no_state(string way)
    {
        foreach (string bad in new[] { "throw 'bad hook'", "Get-NoSuchCommand; $log.Add('reached')", "1 / 0; $log.Add('reached')" })
        {
            ScriptResult result = Call(way, "1", $"-OnRunning {{ {bad} }} -OnCompletion {{ {bad} }}").Clean();
            Assert.Equal(2, result.Warnings.Length);
            Assert.Contains("-OnRunning of ", result.Warnings[0], StringComparison.Ordinal);
            Assert.Contains("-OnCompletion of ", result.Warnings[1], StringComparison.Ordinal);
            FlowRun run = result.Output[0] is FlowRun task ? task : result.State.Run;
            Assert.Equal(StateType.Completed, run.State.Type);
        }

        Assert.Empty(_log);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_one_writes_arrives_and_what_it_outputs_is_no_result(string way)
    {
        ScriptResult result = Call(way, "$null = 1", "-OnCompletion { 'stray'; Write-Host 'shown'; Write-Warning 'careful' }").Clean();
        Assert.Equal(["shown"], result.Lines);
        Assert.Matches(@"^(?:\[[^]]+\] )?careful$", Assert.Single(result.Warnings));
        Assert.DoesNotContain("stray", result.Output);
    }

    [Theory]
    [InlineData("New-Flow f { %body% } %how% | Invoke-Flow")]
    [InlineData("New-Flow f { %body% } %how% | Start-Subflow")]
    [InlineData("New-Flow f { %body% } %how% | Start-Subflow -Parallel")]
    [InlineData("Invoke-FlowTask f { %body% } %how%")]
    [InlineData("Invoke-Flow { Invoke-FlowTask f { %body% } %how% }")]
    [InlineData("Invoke-Flow { Start-FlowTask f { %body% } %how% | Receive-FlowTask }")]
    [InlineData("1 | Invoke-FlowTask f { %body% } %how% -Parallel")]
    public void Ctrl_C_calls_OnCancellation(string way)
    {
        using var here = new Gate();
        using var called = new Gate();
        Session.Set("here", here);
        Session.Set("called", called);
        Session.Set("log", new Log(_log));
        using var script = new RunningScript(Session, "$local = 'local'; " + way
            .Replace("%body%", "$here.Arrive(); Start-Sleep 600", StringComparison.Ordinal)
            .Replace("%how%", "-OnCancellation { $log.Add(\"$local $($_.Name) $($args[0])\"); $called.Arrive() } -OnCompletion { $log.Add('completed') }", StringComparison.Ordinal));
        here.WaitForArrivals();
        script.Stop();

        called.WaitForArrivals();
        Assert.Equal(["local Cancelled f"], _log);
    }

    [Fact]
    public void A_worker_that_dies_calls_OnCrash()
    {
        Call("Start-Subflow { %body% } %how% -Parallel", "[runspace]::DefaultRunspace.CloseAsync(); Start-Sleep 600", "-OnCrash { $log.Add(\"$_\") } -OnFailure { $log.Add('failed') }");
        Assert.StartsWith("Crashed", Assert.Single(_log), StringComparison.Ordinal);
    }

    private ScriptResult Call(string way, string body, string how)
    {
        Session.Set("log", new Log(_log));
        return Run("$n = [int[]]::new(1); " + way.Replace("%body%", body, StringComparison.Ordinal).Replace("%how%", how, StringComparison.Ordinal));
    }
}
