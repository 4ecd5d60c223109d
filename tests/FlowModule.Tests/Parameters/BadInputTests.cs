using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Parameters;

/// <summary>Invalid input is one error with a stable id and category, before anything has run.</summary>
public sealed class BadInputTests : FlowTest
{
    private const string Flow = "$flow = New-Flow f { param([Parameter(Mandatory)][int] $n, $other) $ran.Add(1) }; ";

    [Theory]
    [InlineData("Invoke-Flow nosuch", "FlowNotFound", ErrorCategory.ObjectNotFound, "nosuch")]
    [InlineData("Start-Subflow nosuch", "FlowNotFound", ErrorCategory.ObjectNotFound, "nosuch")]
    [InlineData("Start-Subflow -Parallel -Flow nosuch", "FlowNotFound", ErrorCategory.ObjectNotFound, "nosuch")]
    [InlineData("'nosuch' | Start-Subflow -Parallel", "FlowNotFound", ErrorCategory.ObjectNotFound, "nosuch")]
    [InlineData("Get-Flow nosuch", "FlowNotFound", ErrorCategory.ObjectNotFound, "nosuch")]
    [InlineData("Remove-Flow nosuch", "FlowNotFound", ErrorCategory.ObjectNotFound, "nosuch")]
    [InlineData("1 | Start-Subflow", "FlowExpected", ErrorCategory.InvalidArgument, 1)]
    [InlineData("Invoke-Flow 5", "FlowExpected", ErrorCategory.InvalidArgument, 5)]
    [InlineData("Invoke-Flow f -Parameters @{ nosuch = 1; n = 1 }", "FlowParameterNotFound", ErrorCategory.InvalidArgument, "nosuch")]
    [InlineData("Start-Subflow f -Parameters @{ nosuch = 1 }", "FlowParameterNotFound", ErrorCategory.InvalidArgument, "nosuch")]
    [InlineData("1..3 | Start-Subflow f -Parallel -Parameters @{ nosuch = 1 }", "FlowParameterNotFound", ErrorCategory.InvalidArgument, "nosuch")]
    [InlineData("Start-Subflow f -Map @{ nosuch = 1, 2 }", "FlowParameterNotFound", ErrorCategory.InvalidArgument, "nosuch")]
    [InlineData("Invoke-Flow f -Parameters @{ n = 'text' }", "FlowParameterInvalid", ErrorCategory.InvalidArgument, "text")]
    [InlineData("Start-Subflow f -Map @{ n = 1, 2, 'text' }", "FlowParameterInvalid", ErrorCategory.InvalidArgument, "text")]
    [InlineData("Start-Subflow f -Parallel -Map @{ n = 1, 2, 'text' }", "FlowParameterInvalid", ErrorCategory.InvalidArgument, "text")]
    [InlineData("$flow | Invoke-Flow -Parameters @{ other = 1 }", "FlowParameterMissing", ErrorCategory.InvalidArgument, null)]
    [InlineData("Start-Subflow f -Map @{ other = 1, 2 }", "FlowParameterMissing", ErrorCategory.InvalidArgument, null)]
    [InlineData("Start-Subflow f -Map @{ n = 1, 2; other = 1, 2, 3 }", "FlowMapLengthMismatch", ErrorCategory.InvalidArgument, null)]
    [InlineData("Start-Subflow", "FlowMissing", ErrorCategory.InvalidArgument, null)]
    [InlineData("Start-Subflow -Map @{ n = 1 }", "FlowMissing", ErrorCategory.InvalidArgument, null)]
    [InlineData("1 | Start-Subflow f -Map @{ n = 1 }", "FlowMapWithInput", ErrorCategory.InvalidArgument, null)]
    [InlineData("1 | Start-Subflow f -ThrottleLimit 3", "FlowThrottleWithoutParallel", ErrorCategory.InvalidArgument, 3)]
    [InlineData("New-Flow g { } -RunName 'a{b'", "FlowRunNameInvalid", ErrorCategory.InvalidArgument, "a{b")]
    [InlineData("New-Flow g { } -RunName 'a}b'", "FlowRunNameInvalid", ErrorCategory.InvalidArgument, "a}b")]
    [InlineData("New-Flow g { } -RunName 'a{}b'", "FlowRunNameInvalid", ErrorCategory.InvalidArgument, "a{}b")]
    [InlineData("New-Flow g { $ran.Add(1) } -RunName '{nosuch}' | Invoke-Flow", "FlowRunNameInvalid", ErrorCategory.InvalidArgument, null)]
    [InlineData("New-Flow g { $ran.Add(1) } -RunName { '' } | Invoke-Flow", "FlowRunNameInvalid", ErrorCategory.InvalidArgument, null)]
    [InlineData("New-Flow g { $ran.Add(1) } -RunName { throw 'no' } | Invoke-Flow", "FlowRunNameInvalid", ErrorCategory.InvalidArgument, null)]
    [InlineData("New-Flow -Path /no/such/file.ps1", "FlowFileNotFound", ErrorCategory.ObjectNotFound, "/no/such/file.ps1")]
    public void It_is_one_error_and_nothing_runs(string script, string id, ErrorCategory category, object? target)
    {
        var ran = new List<int>();
        Session.Set("ran", ran);
        ScriptResult result = Run(Flow + script);
        ErrorRecord error = result.OnlyError;
        Assert.Equal(id, error.FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal(category, error.CategoryInfo.Category);
        if (target is not null)
        {
            Assert.Equal(target, error.TargetObject is PSObject wrapped ? wrapped.BaseObject : error.TargetObject);
        }

        Assert.Empty(ran);
        Assert.Empty(result.States);
    }

    [Fact]
    public void A_file_that_does_not_parse_is_said_to_with_the_line()
    {
        string file = Folder.Write("bad.ps1", "1\nif (");
        ErrorRecord error = Run($"New-Flow -Path '{file}'").OnlyError;
        Assert.Equal("FlowFileNotParsed,FlowModule.Commands.NewFlowCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ParserError, error.CategoryInfo.Category);
        Assert.Equal(file, error.TargetObject);
        Assert.Contains("line 2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_throttle_limit_without_Parallel_is_an_error_for_piped_flows_too() =>
        Assert.StartsWith("FlowThrottleWithoutParallel", Run("{ 1 } | Start-Subflow -ThrottleLimit 3").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);

    [Fact]
    public void Each_is_caught_by_try() =>
        Assert.Equal("FlowNotFound", Value("try { Invoke-Flow nosuch } catch { $_.FullyQualifiedErrorId.Split(',')[0] }"));
}
