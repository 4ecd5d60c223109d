using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Tasks;

/// <summary>Invoke-FlowTask returns data, or throws the error.</summary>
public sealed class InvokeTaskTests : FlowTest
{
    /// <summary>Inside a flow in the caller's session, inside one on a worker, and outside of any.</summary>
    public static TheoryData<string> Places => ["& %body%", "Invoke-Flow %body% | Receive-FlowResult", "Start-Subflow %body% -Parallel | Receive-FlowResult"];

    [Theory]
    [MemberData(nameof(Places))]
    public void It_gives_what_the_body_outputs(string place) =>
        Assert.Equal([1, "two", 3], In(place, "Invoke-FlowTask get { 1; 'two'; 3 }"));

    [Theory]
    [InlineData("{ }", 0)]
    [InlineData("{ 1 }", 1)]
    [InlineData("{ @() }", 0)]
    [InlineData("{ 1, 2 }", 2)]
    [InlineData("{ 1; $null; 2 }", 3)]
    [InlineData("{ @{ a = 1; b = 2 } }", 1)]
    [InlineData("{ 'text' }", 1)]
    [InlineData("{ [byte[]](1, 2, 3) }", 3)]
    public void Its_output_unrolls_as_a_functions_does(string body, int count) =>
        Assert.Equal(count, Value($"Invoke-Flow {{ @(Invoke-FlowTask get {body}).Count }} | Receive-FlowResult"));

    [Theory]
    [MemberData(nameof(Places))]
    public void It_throws_what_the_body_threw_and_the_flow_may_catch_it(string place) =>
        Assert.Equal(
            ["InvalidDataException bad", "on"],
            In(place, "try { Invoke-FlowTask get { throw [System.IO.InvalidDataException]::new('bad') }; 'reached' } catch { \"$($_.Exception.GetType().Name) $_\" }; 'on'"));

    [Theory]
    [InlineData("Invoke-Flow")]
    [InlineData("Start-Subflow")]
    [InlineData("Start-Subflow -Parallel")]
    public void An_error_that_nobody_catches_fails_the_flow_with_its_own_file_and_line(string way)
    {
        string file = Folder.Write("flow.ps1", $$"""
            New-Flow nightly {
                Invoke-FlowTask one { 1 }
                Invoke-FlowTask two {
                    throw [System.IO.InvalidDataException]::new('bad')
                }
                'reached'
            } | {{way}}
            """);
        ScriptResult result = Run($"& '{file}'");
        Assert.Equal("Flow run encountered an exception. InvalidDataException: bad", result.State.Message);
        ErrorRecord error = result.OnlyError;
        Assert.IsType<InvalidDataException>(error.Exception);
        Assert.Equal(file, error.InvocationInfo.ScriptName);
        Assert.Equal(4, error.InvocationInfo.ScriptLineNumber);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void ReturnState_gives_the_state_and_throws_nothing(string place) =>
        Assert.Equal(
            ["Completed 1 get-0 Task", "Failed  bad-0 Task", "Task run encountered an exception. RuntimeException: no"],
            In(place, """
                $one = Invoke-FlowTask get { 1 } -ReturnState
                $two = Invoke-FlowTask bad { throw 'no' } -ReturnState
                "$($one.Name) $($one.Result) $($one.Run.Name) $($one.Run.Kind)"
                "$($two.Name) $($two.Result) $($two.Run.Name) $($two.Run.Kind)"
                $two.Message
                """));

    [Fact]
    public void Runs_of_a_task_are_numbered_within_their_flow_run() =>
        Assert.Equal(["a-0", "b-0", "a-1", "a-2", "B-1", "a-0"], Values("""
            Invoke-Flow {
                foreach ($name in 'a', 'b', 'a') { Invoke-FlowTask $name { $TaskRun.Name } }
                Invoke-FlowTask outer { Invoke-FlowTask a { $TaskRun.Name } }
                Invoke-FlowTask B { $TaskRun.Name }
            } | Receive-FlowResult
            Invoke-Flow { Invoke-FlowTask a { $TaskRun.Name } } | Receive-FlowResult
            """));

    [Fact]
    public void Outside_of_a_flow_they_are_numbered_within_the_call() =>
        Assert.Equal(["get-0", "get-1", "get-2"], Values("1..3 | Invoke-FlowTask get { $TaskRun.Name }"));

    [Fact]
    public void A_task_needs_no_name() =>
        Assert.Equal(["task-0", 1, "task-0", 2], Values("""
            Invoke-FlowTask { $TaskRun.Name; 1 }
            Invoke-Flow { Start-FlowTask { $TaskRun.Name; 2 } | Receive-FlowTask } | Receive-FlowResult
            """));

    [Theory]
    [InlineData("Invoke-FlowTask get { 1 }")]
    [InlineData("Invoke-FlowTask -Name get -ScriptBlock { 1 }")]
    [InlineData("Invoke-FlowTask -ScriptBlock { 1 } get")]
    public void The_name_may_be_given_by_position_or_by_name(string call) =>
        Assert.Equal("get", Value($"({call} -ReturnState).Run.FlowName"));

    [Theory]
    [MemberData(nameof(Places))]
    public void Parameters_are_typed_and_defaults_hold(string place) =>
        Assert.Equal(["7 Int32 d", "x Object[] e"], In(place, """
            Invoke-FlowTask get { param([int] $n, $other = 'd') "$n $($n.GetType().Name) $other" } -Parameters @{ n = '7' }
            Invoke-FlowTask get { param([object[]] $n, $other = 'd') "$n $($n.GetType().Name) $other" } -Parameters @{ n = 'x'; other = 'e' }
            """));

    [Theory]
    [MemberData(nameof(Places))]
    public void The_body_finds_its_run_and_its_flow_run(string place) =>
        Assert.Equal([true, true], In(place, "$outer = $FlowRun; Invoke-FlowTask get { $TaskRun.Kind -eq 'Task'; $null -eq $outer -or $FlowRun -eq $outer }"));

    [Fact]
    public void A_task_in_a_task_belongs_to_the_same_flow_run() =>
        Assert.Equal([true, "outer-0", "outer-0"], Values("""
            Invoke-Flow {
                $mine = $FlowRun
                Invoke-FlowTask outer { Invoke-FlowTask inner { $FlowRun -eq $mine; $TaskRun.Parent.Name }; $TaskRun.Name }
            } | Receive-FlowResult
            """));

    [Fact]
    public void Functions_variables_and_parameters_of_the_flow_are_seen_in_line() =>
        Assert.Equal(["fn 3 p", "changed"], Values("""
            New-Flow f {
                param($p)
                function Get-It { "fn $args" }
                $local = 3
                Invoke-FlowTask get { Get-It $local $p }
                $local = 'changed'
                Invoke-FlowTask get { $local }
            } | Invoke-Flow -Parameters @{ p = 'p' } | Receive-FlowResult
            """));

    private object?[] In(string place, string body) => Values(place.Replace("%body%", $"{{ {body} }}", StringComparison.Ordinal));
}
