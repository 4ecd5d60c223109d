using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Errors;

/// <summary>The state of a run that starts others, and the output of Receive-FlowResult for states.</summary>
public sealed class FinalStateTests : FlowTest
{
    [Theory]
    [InlineData("{ 1 }, { 2 } | Start-Subflow -Parallel", StateType.Completed, "All states completed.")]
    [InlineData("{ 1 }, { throw 'x' }, { throw 'y' }, { 4 } | Start-Subflow -Parallel", StateType.Failed, "2/4 states failed.")]
    [InlineData("{ 1 }, { throw 'x' } | Start-Subflow", StateType.Failed, "1/2 states failed.")]
    [InlineData("Invoke-Flow { throw 'x' }", StateType.Failed, "1/1 states failed.")]
    [InlineData("'data'; { throw 'x' } | Start-Subflow", StateType.Failed, "1/1 states failed.")]
    [InlineData("{ throw 'x' } | Start-Subflow | Out-Null", StateType.Failed, "1/1 states failed.")]
    [InlineData("{ 1 } | Start-Subflow | Out-Null", StateType.Completed, "All states completed.")]
    [InlineData("{ throw 'x' } | Start-Subflow | Out-Null; 'data'", StateType.Completed, null)]
    [InlineData("{ 1 } | Start-Subflow | Receive-FlowResult", StateType.Completed, null)]
    [InlineData("{ throw 'x' } | Start-Subflow | Receive-FlowResult", StateType.Failed, "Flow run encountered an exception. RuntimeException: x")]
    [InlineData("{ Stop-FlowRun -InputObject $FlowRun; Start-Sleep 600 }, { 1 } | Start-Subflow -Parallel", StateType.Cancelled, "1/2 states cancelled.")]
    [InlineData("", StateType.Completed, null)]
    public void A_run_is_worth_what_its_subflows_are(string body, StateType type, string? message)
    {
        FlowState state = Run($"New-Flow parent {{ {body} }} | Invoke-Flow").States[^1];
        Assert.Equal("parent", state.Run.FlowName);
        Assert.Equal(type, state.Type);
        Assert.Equal(message, Counted.States(state.Message));
    }

    [Fact]
    public void States_in_a_list_count_as_states() =>
        Assert.Equal("1/2 states failed.", Counted.States(Run("New-Flow parent { $states = { 1 }, { throw 'x' } | Start-Subflow; , $states } | Invoke-Flow").States[^1].Message));

    [Fact]
    public void A_run_whose_subflows_failed_names_the_first_and_for_what_it_was_started()
    {
        FlowState[] states = Run("""
            $one = New-Flow one -RunName 'run-{_}' { if ($_ -gt 2) { throw "it`n  broke" } }
            $two = New-Flow two -RunName 'two' { if ($_ -eq 'b') { throw 'broke' } }
            New-Flow parent { 1..4 | Start-Subflow $one } | Invoke-Flow -ErrorAction SilentlyContinue
            New-Flow parent { 'a', 'b' | Start-Subflow $two -Parallel } | Invoke-Flow -ErrorAction SilentlyContinue
            """).States;

        Assert.Equal(
            ["2/4 states failed. Subflow run 'run-3': RuntimeException: it broke", "1/2 states failed. Subflow run 'two' (b): RuntimeException: broke"],
            states.Select(state => state.Message));
    }

    [Fact]
    public void A_parent_whose_subflow_failed_has_one_error_of_its_own_with_the_cause_in_it()
    {
        ScriptResult result = Run("New-Flow parent { { throw 'cause' } | Start-Subflow -Parallel } | Invoke-Flow");
        Assert.Equal(["cause", "parent"], result.Errors.Select(error => error.Exception is FlowRunException own ? own.Run.FlowName : error.Exception.Message));
        Assert.Equal("cause", result.Errors[1].Exception.InnerException!.Message);
    }

    [Theory]
    [InlineData("{ }")]
    [InlineData("{ $null }")]
    [InlineData("{ 7 }", 7)]
    [InlineData("{ 7; 8 }", 7, 8)]
    [InlineData("{ , (7, 8) }", 7, 8)]
    [InlineData("{ 'text' }", "text")]
    [InlineData("{ '' }", "")]
    [InlineData("{ $false; 0 }", false, 0)]
    [InlineData("{ { 1 }, { 2; 3 } | Start-Subflow -Parallel -KeepOrder }", 1, 2, 3)]
    [InlineData("{ { { { 1 } | Start-Subflow } | Start-Subflow -Parallel } | Start-Subflow; 'beside' }", 1, "beside")]
    public void Receive_FlowResult_gives_the_results_of_nested_states(string body, params object[] expected) =>
        Assert.Equal(expected, Values($"{body} | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void Receive_FlowResult_gives_the_objects_as_they_are() =>
        Assert.Equal(["value", "3"], Values("""
            $object = { [pscustomobject] @{ Name = 'value'; List = 1, 2, 3 } } | Start-Subflow -Parallel | Receive-FlowResult
            $object.Name; "$($object.List.Count)"
            """));

    [Fact]
    public void A_hashtable_result_stays_whole() =>
        Assert.Equal("2", Value("(({ @{ a = 1; b = 2 } } | Start-Subflow -Parallel).Result.Count).ToString()"));

    [Fact]
    public void Receive_FlowResult_of_a_hashtable_gives_the_hashtable() =>
        Assert.Equal(2, Value("({ @{ a = 1; b = 2 } } | Start-Subflow -Parallel | Receive-FlowResult).b"));

    [Theory]
    [InlineData("$state | Receive-FlowResult")]
    [InlineData("Receive-FlowResult $state")]
    public void Receive_FlowResult_throws_what_failed(string receive) =>
        Assert.Equal(["caught bad", "InvalidDataException"], Values($$"""
            $state = { throw [System.IO.InvalidDataException]::new('bad') } | Start-Subflow -Parallel -ErrorAction SilentlyContinue
            try { {{receive}}; 'on' } catch { "caught $_"; $_.Exception.GetType().Name }
            """));

    [Fact]
    public void Receive_FlowResult_refuses_a_state_that_is_not_final() =>
        Assert.StartsWith("FlowRunNotFinal", Run("{ $FlowRun.State } | Start-Subflow -Parallel | ForEach-Object { $_.Result | Receive-FlowResult }")
            .Errors[0].FullyQualifiedErrorId, StringComparison.Ordinal);

    [Fact]
    public void A_timeout_fails_the_run_by_that_name()
    {
        ScriptResult result = Run("New-Flow f { Start-Sleep 600 } -TimeoutSeconds 0.05 | Start-Subflow -Parallel");
        Assert.Equal("TimedOut", result.State.Name);
        Assert.Equal(ErrorCategory.OperationTimeout, result.OnlyError.CategoryInfo.Category);
    }
}
