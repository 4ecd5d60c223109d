using FlowModule.Tests.Support;

namespace FlowModule.Tests.Errors;

/// <summary>exit, return, break and continue end the body, and nothing around it.</summary>
public sealed class FlowControlTests : FlowTest
{
    public static TheoryData<string> Ways => ["Invoke-Flow", "Start-Subflow", "Start-Subflow -Parallel"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Exit_zero_completes_the_run(string way)
    {
        ScriptResult result = Run($"{{ exit 0; 'reached' }} | {way}; 'alive'").Clean();
        Assert.Equal(StateType.Completed, result.State.Type);
        Assert.Equal("alive", result.Output[^1]);
        Assert.Null(Session.Host.ExitCode);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Exit_with_a_code_fails_the_run(string way)
    {
        ScriptResult result = Run($"{{ exit 3; 'reached' }} | {way}; 'alive'");
        Assert.Equal(StateType.Failed, result.State.Type);
        Assert.Equal("Flow run exited with code 3.", result.State.Message);
        Assert.StartsWith("FlowRunExited", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("alive", result.Output[^1]);
        Assert.Null(Session.Host.ExitCode);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_was_output_before_an_exit_is_the_result(string way) =>
        Assert.Equal(["before"], Values($"{{ 'before'; exit 0 }} | {way} | Receive-FlowResult"));

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_was_output_before_a_break_is_the_result(string way) =>
        Assert.Equal(["before"], Values($"{{ 'before'; break; 'after' }} | {way} | Receive-FlowResult"));

    [Theory]
    [MemberData(nameof(Ways))]
    public void Break_and_continue_end_the_body_and_no_loop_of_the_caller(string way) =>
        Assert.Equal([1, "Completed", "Completed", 2, "Completed", "Completed"], Values($$"""
            foreach ($n in 1, 2) { $n; { break; 'reached' }, { continue; 'reached' } | {{way}} | ForEach-Object { "$($_.Type)" } }
            """));

    [Theory]
    [MemberData(nameof(Ways))]
    public void Break_with_a_label_of_the_caller_ends_the_body_only(string way) =>
        Assert.Equal([1, 2], Values($":outer foreach ($n in 1, 2) {{ $n; {{ break outer }} | {way} | Out-Null }}"));

    [Theory]
    [MemberData(nameof(Ways))]
    public void Return_gives_its_value(string way) =>
        Assert.Equal([1, 2], Values($"{{ 1; return 2; 3 }} | {way} | Receive-FlowResult"));

    [Theory]
    [MemberData(nameof(Ways))]
    public void Loops_inside_the_body_break_as_ever(string way) =>
        Assert.Equal([1, "on"], Values($"{{ foreach ($n in 1, 2) {{ $n; break }}; 'on' }} | {way} | Receive-FlowResult"));

    [Fact]
    public void A_worker_serves_on_after_each() =>
        Assert.Equal("still here", Run("""
            { exit 3 }, { break }, { continue }, { return }, { throw 'x' }, { exit 0 }, { 'still here' } | Start-Subflow -Parallel -ThrottleLimit 1 -KeepOrder
            """).States[^1].Result?.ToString());

    [Fact]
    public void Exit_in_a_script_that_the_body_calls_ends_that_script()
    {
        string file = Folder.Write("tool.ps1", "exit 4");
        Assert.Equal(["4"], Values($"{{ & '{file}'; \"$LASTEXITCODE\" }} | Start-Subflow -Parallel | Receive-FlowResult"));
    }
}
