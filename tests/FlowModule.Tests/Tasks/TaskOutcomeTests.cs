using FlowModule.Tests.Support;

namespace FlowModule.Tests.Tasks;

/// <summary>The effect of tasks on the flow that started them, and their names outside of a flow.</summary>
public sealed class TaskOutcomeTests : FlowTest
{
    [Theory]
    [InlineData("Start-FlowTask a { 1 }; Start-FlowTask b { 2 }", StateType.Completed, "All states completed.")]
    [InlineData("Start-FlowTask a { throw 'x' }; 'data'", StateType.Failed, "1/1 states failed.")]
    [InlineData("$tasks = @(Start-FlowTask a { 1 }; Start-FlowTask b { throw 'x' }); , $tasks", StateType.Failed, "1/2 states failed.")]
    [InlineData("$a = Start-FlowTask a { throw 'x' }; Start-FlowTask b { 1 } -DependsOn $a", StateType.Failed, "1/1 states are not final.")]
    [InlineData("$null = Start-FlowTask a { throw 'x' }; 'data'", StateType.Completed, null)]
    public void A_handle_that_a_flow_outputs_counts_as_its_state(string body, StateType type, string? message)
    {
        FlowState state = Run($"Invoke-Flow {{ {body} }}").States[^1];

        Assert.Equal((type, message), (state.Type, Counted.States(state.Message)));
    }

    [Fact]
    public void The_handle_is_received_as_its_data() =>
        Assert.Equal([1, 2], Values("Invoke-Flow { 1..2 | Start-FlowTask { $_ } } | Receive-FlowResult"));

    [Fact]
    public void A_task_that_was_never_run_is_received_with_its_reason()
    {
        ScriptResult result = Run("""
            $state = Invoke-Flow { $a = Start-FlowTask a { throw 'x' }; Start-FlowTask b { 1 } -DependsOn $a } -ErrorAction SilentlyContinue
            $state.Result | Receive-FlowResult
            """);

        Assert.StartsWith("FlowTaskNotReady", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flow_that_failed_for_a_task_nobody_asked_for_names_it() =>
        Assert.EndsWith(
            "failed: 1/1 states failed. Task run 'a-0': RuntimeException: why",
            Run("Invoke-Flow { $null = Start-FlowTask a { throw 'why' } }").OnlyError.ToString(),
            StringComparison.Ordinal);

    [Fact]
    public void Outside_of_a_flow_runs_of_a_name_are_numbered_too() =>
        Assert.Equal(["a-0", "a-1", "b-0", "a-2"], Values("""
            Invoke-FlowTask a { $TaskRun.Name }
            Invoke-FlowTask a { $TaskRun.Name }
            Invoke-FlowTask b { $TaskRun.Name }
            (Start-FlowTask a { 1 } | Wait-FlowTask).Name
            """));

    [Theory]
    [InlineData("0.1", 2)]
    [InlineData("'0.1'", 2)]
    [InlineData("60", 1)]
    [InlineData("'60'", 1)]
    [InlineData("'00:01'", 1)]
    public void A_number_for_an_expiration_is_seconds(string expiration, int computed) =>
        Assert.Equal([computed], Values($$"""
            $ran = [System.Collections.Generic.List[int]]::new()
            $key = [guid]::NewGuid().ToString()
            foreach ($i in 1..2) {
                Invoke-FlowTask expires { $ran.Add(1) } -CacheKey $key -CacheExpiration {{expiration}}
                [System.Threading.Thread]::Sleep(300)
            }
            $ran.Count
            """));

    [Fact]
    public void A_fan_out_of_tasks_that_stops_speaks_of_tasks() =>
        Assert.Equal(
            "2 of 3 task runs failed, which is more than -MaxFailures 1.",
            Value("(1..3 | Invoke-FlowTask { throw 'x' } -MaxFailures 1 -ReturnState)[-1].Message"));
}
