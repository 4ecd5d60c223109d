using FlowModule.Tests.Support;

namespace FlowModule.Tests.Processes;

/// <summary>A process is reused, and a run sees nothing that an earlier run left behind.</summary>
public sealed class ReuseTests : ProcessTest
{
    [Fact]
    public void One_process_serves_runs_one_after_another()
    {
        object?[] ids = Values("(1..5 | Start-Subflow -Parallel -Isolation Process { $PID } -ThrottleLimit 1).Result");

        Assert.Equal(5, ids.Length);
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public void Calls_one_after_another_use_the_processes_that_are_warm()
    {
        object?[] ids = Values("foreach ($i in 1..8) { (Start-Subflow -Isolation Process { $PID }).Result }");

        // A call may come while the previous process is still returning to the pool.
        Assert.Equal(8, ids.Length);
        Assert.InRange(ids.Distinct().Count(), 1, 2);
    }

    [Fact]
    public void A_process_that_has_died_is_not_used_again()
    {
        ScriptResult result = Run("""
            1..3 | Start-Subflow -Parallel -Isolation Process { if ($_ -eq 2) { [Environment]::Exit(1) }; $PID } -ThrottleLimit 1 -ErrorAction SilentlyContinue
            """);

        Assert.Equal([StateType.Completed, StateType.Crashed, StateType.Completed], result.States.Select(state => state.Type));
        Assert.NotEqual(result.States[0].Result, result.States[2].Result);
    }

    [Theory]
    [InlineData("global variable", "\"$global:left\"", "$global:left = 1")]
    [InlineData("function", "\"$(Get-Command Test-It -ErrorAction Ignore)\"", "function global:Test-It { }")]
    [InlineData("location", "\"$PWD\"", "Set-Location /")]
    [InlineData("working directory", "[Environment]::CurrentDirectory", "[Environment]::CurrentDirectory = '/'")]
    [InlineData("environment variable", "\"$env:FLOWMODULE_TEST_LEFT\"", "$env:FLOWMODULE_TEST_LEFT = 1")]
    [InlineData("removed environment variable", "\"$env:HOME\"", "[Environment]::SetEnvironmentVariable('HOME', $null)")]
    [InlineData("console writer", "[Console]::Out.GetHashCode()", "[Console]::SetOut([System.IO.TextWriter]::Null)")]
    [InlineData("culture", "[cultureinfo]::CurrentCulture.Name", "[cultureinfo]::CurrentCulture = 'de-DE'")]
    [InlineData("preference", "\"$ErrorActionPreference\"", "$global:ErrorActionPreference = 'Stop'")]
    [InlineData("changed table of the caller", "$table.Count", "$table.left = 1")]
    [InlineData("changed array of the caller", "$array[0]", "$array[0] = 'left'")]
    [InlineData("changed list of the caller", "$list.Count", "$list.Add('left')")]
    [InlineData("changed object of the caller", "$custom.Name", "$custom.Name = 'left'")]
    [InlineData("constant", "\"$global:left\"", "$ExecutionContext.SessionState.PSVariable.Set([psvariable]::new('global:left', 1, 'Constant'))")]
    public void What_a_run_leaves_behind_is_not_seen_by_the_next(string what, string look, string leave)
    {
        Assert.NotEmpty(what);
        object?[] seen = Values($$"""
            $table = @{}; $array = @('clean'); $custom = [pscustomobject]@{ Name = 'clean' }
            $list = [System.Collections.Generic.List[object]]::new()
            (1..3 | Start-Subflow -Parallel -Isolation Process { {{look}}; {{leave}} } -ThrottleLimit 1).Result
            """);

        Assert.Equal(3, seen.Length);
        Assert.Single(seen.Distinct());
    }

    [Fact]
    public void A_run_finds_the_environment_as_it_is_when_it_starts()
    {
        Assert.Equal(["", "one", ""], Values("""
            (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { "$env:FLOWMODULE_TEST_NOW" }).Result
            $env:FLOWMODULE_TEST_NOW = 'one'
            (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { "$env:FLOWMODULE_TEST_NOW" }).Result
            $env:FLOWMODULE_TEST_NOW = $null
            (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { "$env:FLOWMODULE_TEST_NOW" }).Result
            """));
    }

    [Fact]
    public void Nothing_that_a_body_does_to_what_it_was_given_comes_back() =>
        Assert.Equal([1], Values("$table = @{ n = 1 }; $null = Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { $table.n = 2 }; $table.n"));

    [Fact]
    public void A_new_runspace_is_used_for_one_run_only()
    {
        object?[] ids = Values("(1..3 | Start-Subflow -Parallel { [runspace]::DefaultRunspace.InstanceId } -Isolation NewRunspace -ThrottleLimit 1).Result");

        Assert.Equal(3, ids.Distinct().Count());
    }

    [Fact]
    public void A_new_runspace_has_nothing_of_the_last_run_even_a_constant() => Assert.Equal(["", "", ""], Values("""
        (1..3 | Start-Subflow -Parallel { "$global:left"; $ExecutionContext.SessionState.PSVariable.Set([psvariable]::new('global:left', 1, 'Constant')) } -Isolation NewRunspace -ThrottleLimit 1).Result
        """));

    [Fact]
    public void A_subflow_of_a_new_runspace_has_workers() =>
        Assert.Equal([2, 4], Values("(Start-Subflow -Parallel -ThrottleLimit 2 { 1..2 | Start-Subflow { 2 * $_ } -Parallel -KeepOrder | Receive-FlowResult } -Isolation NewRunspace).Result"));

    [Theory]
    [InlineData("1..4 | Invoke-FlowTask t { $_ } -Isolation Process")]
    [InlineData("(1..4 | Start-Subflow { $_ } -Isolation Process -KeepOrder).Result")]
    public void Runs_one_after_another_give_all_their_results_in_order(string call) => Assert.Equal([1, 2, 3, 4], Values(call));
}
