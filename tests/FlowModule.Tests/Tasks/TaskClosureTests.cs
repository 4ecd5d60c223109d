using FlowModule.Tests.Support;

namespace FlowModule.Tests.Tasks;

/// <summary>What background tasks see of the flow that starts them.</summary>
public sealed class TaskClosureTests : FlowTest
{
    public static TheoryData<string> Ways => ["Invoke-Flow", "Start-Subflow -Parallel"];

    public static TheoryData<string> Calls =>
        ["Start-FlowTask get %body% | Receive-FlowTask", "1 | Invoke-FlowTask get %body% -Parallel", "Invoke-FlowTask get %body%", "Start-FlowTask o { Start-FlowTask get %body% | Receive-FlowTask } | Receive-FlowTask"];

    [Theory]
    [MemberData(nameof(Calls))]
    public void Local_variables_functions_and_parameters_of_the_flow(string call) =>
        Assert.Equal(["outer session fn 3 p"], Values($$"""
            $outer = 'outer'; $global:session = 'session'
            New-Flow f {
                param($p)
                function Get-It { "fn $args" }
                $local = 3
                {{In(call, "{ \"$outer $global:session $(Get-It $local $p)\" }")}}
            } | Start-Subflow -Parameters @{ p = 'p' } | Receive-FlowResult
            """));

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_variable_that_is_set_later_does_not_change_a_task_that_was_started(string way) =>
        Assert.Equal(["before", "after"], Values($$"""
            {
                $value = 'before'; $isSet = [System.Threading.ManualResetEventSlim]::new()
                $task = Start-FlowTask get { $isSet.Wait(); $value }
                $value = 'after'; $isSet.Set()
                Receive-FlowTask $task; $value
            } | {{way}} | Receive-FlowResult
            """));

    [Theory]
    [MemberData(nameof(Ways))]
    public void Each_task_of_a_loop_has_its_own_value(string way) =>
        Assert.Equal([1, 2, 3], Values($"{{ $tasks = foreach ($i in 1..3) {{ Start-FlowTask get {{ $i }} }}; $tasks | Receive-FlowTask }} | {way} | Receive-FlowResult"));

    [Theory]
    [MemberData(nameof(Calls))]
    public void Using_works_too(string call) =>
        Assert.Equal([5], Values($"Invoke-Flow {{ $n = 5; {In(call, "{ $using:n }")} }} | Receive-FlowResult"));

    [Theory]
    [MemberData(nameof(Calls))]
    public void The_run_and_the_flow_run_are_those_of_the_task(string call) =>
        Assert.Equal(["get-0 f Task"], Values($"New-Flow f {{ {In(call, "{ \"$($TaskRun.Name) $($FlowRun.FlowName) $($TaskRun.Kind)\" }")} }} | Invoke-Flow | Receive-FlowResult"));

    [Fact]
    public void The_item_is_the_piped_object_and_else_the_callers() =>
        Assert.Equal([1, 2, 7, 7], Values("""
            Invoke-Flow { 1, 2 | Start-FlowTask get { $_ } | Receive-FlowTask; 7 | ForEach-Object { Start-FlowTask get { $_ } | Receive-FlowTask; Invoke-FlowTask get { $_ } } } | Receive-FlowResult
            """));

    [Fact]
    public void What_one_task_leaves_behind_is_not_seen_by_the_next() =>
        Assert.Equal(["", "", ""], Values("""
            New-Flow f -ThrottleLimit 1 { 1..3 | Start-FlowTask get { "$global:left"; $global:left = 1 } | Receive-FlowTask } | Invoke-Flow | Receive-FlowResult
            """));

    [Fact]
    public void A_script_block_given_as_a_parameter_runs_with_what_it_uses() =>
        Assert.Equal([3], Values("Invoke-Flow { $n = 3; Start-FlowTask get { param($script) & $script } -Parameters @{ script = { $n } } | Receive-FlowTask } | Receive-FlowResult"));

    [Fact]
    public void Outside_of_a_flow_the_session_is_the_place() =>
        Assert.Equal([4, 4, 4, "True"], Values("""
            $n = 4
            Start-FlowTask get { $n } | Receive-FlowTask; Invoke-FlowTask get { $n }; 1 | Invoke-FlowTask get { $n } -Parallel
            Invoke-FlowTask get { "$($FlowRun -eq $TaskRun)" }
            """));

    private static string In(string call, string body) => call.Replace("%body%", body, StringComparison.Ordinal);
}
