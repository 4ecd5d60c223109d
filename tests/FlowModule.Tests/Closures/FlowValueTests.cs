using FlowModule.Tests.Support;

namespace FlowModule.Tests.Closures;

/// <summary>Flows that start other flows.</summary>
public sealed class FlowValueTests : FlowTest
{
    [Fact]
    public void A_flow_in_a_variable_runs_in_a_subflow_with_what_it_uses() =>
        Assert.Equal("<5>", Value("""
            function Wrap($text) { "<$text>" }
            $n = 5; $inner = New-Flow inner { Wrap $n }
            { $inner | Start-Subflow -Parallel } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Flows_in_an_array_and_in_a_hashtable_run_in_a_subflow() =>
        Assert.Equal([1, 2, 3], Values("""
            $one = 1; $two = 2; $three = 3
            $flows = @((New-Flow a { $one }), (New-Flow b { $two })); $table = @{ Flow = New-Flow c { $three } }
            { $flows | Start-Subflow -Parallel -KeepOrder; $table.Flow | Start-Subflow -Parallel } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Theory]
    [InlineData("Start-Subflow inner -Parallel")]
    [InlineData("Start-Subflow -Flow 'inner'")]
    [InlineData("'inner' | Start-Subflow -Parallel")]
    [InlineData("Invoke-Flow inner")]
    [InlineData("Get-Flow inner | Invoke-Flow")]
    public void A_flow_is_started_by_its_name_with_what_it_uses(string start) =>
        Assert.Equal("<5>", Value($$"""
            function Wrap($text) { "<$text>" }
            $n = 5; $null = New-Flow inner { Wrap $n }
            { {{start}} } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void A_flow_that_is_the_item_runs_with_what_it_uses() =>
        Assert.Equal("<5>", Value("""
            function Wrap($text) { "<$text>" }
            $n = 5; $inner = New-Flow inner { Wrap $n }
            , $inner | Start-Subflow { $_ | Invoke-Flow } -Parallel | Receive-FlowResult
            """));

    [Theory]
    [InlineData("Start-Subflow countdown -Parallel -Parameters @{ number = $number - 1 }")]
    [InlineData("Start-Subflow countdown -Parameters @{ number = $number - 1 }")]
    [InlineData("Invoke-Flow countdown -number ($number - 1)")]
    [InlineData("$countdown | Start-Subflow -Parallel -Parameters @{ number = $number - 1 }")]
    public void A_flow_can_start_itself(string start) =>
        Assert.Equal("done", Value($$"""
            $countdown = New-Flow countdown { param($number) if ($number -eq 0) { 'done' } else { {{start}} } }
            $countdown | Invoke-Flow -Parameters @{ number = 10 } | Receive-FlowResult
            """));

    [Fact]
    public void A_flow_that_starts_itself_in_workers_takes_along_what_it_uses() =>
        Assert.Equal("<done>", Value("""
            function Wrap($text) { "<$text>" }
            $null = New-Flow countdown { param($n) if ($n -eq 0) { Wrap done } else { Start-Subflow countdown -Parallel -Parameters @{ n = $n - 1 } } }
            { Start-Subflow countdown -Parallel -Parameters @{ n = 5 } } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Flows_that_are_closures_keep_their_values_where_a_subflow_starts_them() =>
        Assert.Equal([1, 2], Values("""
            $flows = foreach ($n in 1, 2) { New-Flow "f$n" { $n }.GetNewClosure() }
            { $flows | Start-Subflow -Parallel -KeepOrder } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Runs_know_their_parents() =>
        Assert.Equal(["outer", "middle"], Values("""
            $states = New-Flow outer { New-Flow middle { New-Flow inner { $FlowRun.Parent.Parent.FlowName; $FlowRun.Parent.FlowName } | Start-Subflow -Parallel } | Start-Subflow -Parallel } | Invoke-Flow
            $states | Receive-FlowResult
            """));

    [Fact]
    public void FlowRun_is_the_run() =>
        Assert.Equal([true, true, 5], Values("""
            $state = 5 | Start-Subflow { $FlowRun } -Parallel
            [object]::ReferenceEquals($state.Result, $state.Run); $state.Run.State -eq $state; $state.Run.InputObject
            """));
}
