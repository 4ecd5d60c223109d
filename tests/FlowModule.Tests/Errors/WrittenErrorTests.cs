using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Errors;

/// <summary>Non-terminating errors of a body.</summary>
public sealed class WrittenErrorTests : FlowTest
{
    public static TheoryData<string> Ways => ["Invoke-Flow", "Start-Subflow", "Start-Subflow -Parallel"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void They_are_written_and_counted_and_the_run_completes(string way)
    {
        ScriptResult result = Run($"{{ Write-Error 'one'; Write-Error 'two'; 'on' }} | {way}");
        Assert.Equal(StateType.Completed, result.State.Type);
        Assert.Equal("on", result.Result);
        Assert.Equal(2, result.State.Run.ErrorCount);
        Assert.Equal(["one", "two"], result.Errors.Select(error => error.ToString()));
        Assert.All(result.Errors, error => Assert.Same(result.State.Run, Note(error, "FlowRun")));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void FailOnError_makes_them_count(string way)
    {
        ScriptResult result = Run($"New-Flow f {{ Write-Error 'one'; Write-Error 'two'; 'on' }} -FailOnError | {way}");
        Assert.Equal(StateType.Failed, result.State.Type);
        Assert.Equal("2 errors were written.", result.State.Message);
        Assert.Equal(["one", "two"], result.Errors.SkipLast(1).Select(error => error.ToString()));
        Assert.StartsWith("FlowRunFailed", result.Errors[^1].FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void FailOnError_leaves_a_run_without_errors_alone(string way) =>
        Assert.Equal(1, Value($"New-Flow f {{ 1 }} -FailOnError | {way} | Receive-FlowResult"));

    [Theory]
    [MemberData(nameof(Ways))]
    public void Silenced_errors_do_not_count(string way)
    {
        ScriptResult result = Run($"New-Flow f {{ Write-Error 'one' -ErrorAction SilentlyContinue; Write-Error 'two' 2>$null; 'on' }} -FailOnError | {way}").Clean();
        Assert.Equal(StateType.Completed, result.State.Type);
        Assert.Equal(0, result.State.Run.ErrorCount);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void They_make_success_false_for_the_caller(string way) =>
        Assert.Equal(false, Run($"{{ Write-Error 'one' }} | {way} | Out-Null; $?").Output[^1]);

    [Fact]
    public void An_error_of_an_inner_run_is_counted_there_only()
    {
        ScriptResult result = Run("""New-Flow outer { $inner = New-Flow inner { Write-Error 'one' } | Invoke-Flow; "$($inner.Run.ErrorCount)" } | Invoke-Flow""");
        Assert.Equal("1", result.Result);
        Assert.Equal(0, result.State.Run.ErrorCount);
        Assert.Equal("inner", Note(result.OnlyError, "FlowName"));
    }

    [Theory]
    [InlineData("-Parallel", "Write-Error 'one'", 2, 5)]
    [InlineData("", "Write-Error 'one'", 2, 5)]
    [InlineData("-Isolation NewRunspace", "Write-Error 'one'", 2, 5)]
    [InlineData("-Parallel", "$x = 1; if ($x) { Write-Error 'one' }", 2, 23)]
    [InlineData("-Parallel", "1 | ForEach-Object { Write-Error 'one' }", 2, 26)]
    [InlineData("-Parallel", "Write-Error 'one' -ErrorAction Stop", 2, 5)]
    [InlineData("", "$ErrorActionPreference = 'Stop'; Write-Error 'one'", 2, 38)]
    [InlineData("-Parallel", "Invoke-Bad", 2, 5)]
    public void Write_Error_names_its_own_place_and_in_a_function_that_of_the_call(string how, string body, int line, int column)
    {
        string file = Folder.Write("flow.ps1", $"{{\n    {body}\n}} | Start-Subflow {how}");
        ErrorRecord error = Run($"function Invoke-Bad {{ Write-Error 'one' }}; & '{file}'").OnlyError;
        Assert.Equal((file, line, column), (error.InvocationInfo.ScriptName, error.InvocationInfo.ScriptLineNumber, error.InvocationInfo.OffsetInLine));
    }

    [Fact]
    public void Each_error_has_a_place_of_its_own()
    {
        string file = Folder.Write("flow.ps1", "{\n    Write-Error 'one'\n    Write-Error 'two'\n} | Start-Subflow -Parallel");
        Assert.Equal([2, 3], Run($"& '{file}'").Errors.Select(error => error.InvocationInfo.ScriptLineNumber));
    }
}
