using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Streams;

/// <summary>The stderr output of native programs is text in the error stream: nothing ends because of it.</summary>
public sealed class NativeTextTests : FlowTest
{
    private const string Body = "{ sh -c 'echo note >&2; echo more >&2'; 'after' }";

    [UnixOnlyTheory]
    [InlineData($"Invoke-Flow {Body} | Receive-FlowResult")]
    [InlineData($"Start-Subflow {Body} | Receive-FlowResult")]
    [InlineData($"1 | Start-Subflow {Body} -Parallel | Receive-FlowResult")]
    [InlineData($"Start-Subflow {Body} -Isolation NewRunspace | Receive-FlowResult")]
    [InlineData($"Invoke-FlowTask {Body}")]
    [InlineData($"1 | Invoke-FlowTask {Body} -Parallel")]
    [InlineData($"Start-FlowTask {Body} | Receive-FlowTask")]
    [InlineData($"Invoke-Flow {{ Invoke-FlowTask {Body} }} | Receive-FlowResult")]
    [InlineData($"Invoke-Flow {{ Start-Subflow {Body} -Parallel }} | Receive-FlowResult")]
    [InlineData($"1 | Start-Subflow {{ $ErrorActionPreference = 'Stop'; Invoke-FlowTask {Body} }} -Parallel | Receive-FlowResult")]
    [InlineData($"Invoke-Flow {Body} -ErrorAction Stop | Receive-FlowResult")]
    public void Nothing_ends_at_it_where_a_script_stops_at_errors(string call)
    {
        ScriptResult result = Run($"$ErrorActionPreference = 'Stop'; {call}; 'the end'");

        Assert.Null(result.Thrown);
        Assert.Equal(["after", "the end"], result.Output);
        Assert.Equal(["note", "more"], result.Errors.Select(error => error.ToString()));
    }

    [UnixOnlyFact]
    public void Nothing_ends_at_it_when_a_job_is_received()
    {
        ScriptResult result = Run($"$ErrorActionPreference = 'Stop'; Start-Subflow {Body} -AsJob | Receive-Job -Wait -AutoRemoveJob | Receive-FlowResult; 'the end'");

        Assert.Equal(["after", "the end"], result.Clean().Output);
        Assert.Equal(["note", "more"], result.Lines);
    }

    [UnixOnlyTheory]
    [InlineData($"Invoke-Flow {Body} 2>&1")]
    [InlineData($"1 | Start-Subflow {Body} -Parallel *>&1")]
    [InlineData($"& {{ Invoke-Flow {Body} }} 2>&1")]
    [InlineData($"Invoke-Flow {{ 1 |\n  Invoke-FlowTask {Body} 2>&1 }} | Receive-FlowResult")]
    public void It_can_be_merged_into_the_output(string call)
    {
        ScriptResult result = Run($"$ErrorActionPreference = 'Stop'; {call}");

        Assert.Null(result.Thrown);
        Assert.Empty(result.Errors);
        Assert.Equal(["note", "more"], result.Output.OfType<ErrorRecord>().Select(error => error.ToString()));
    }

    [UnixOnlyTheory]
    [InlineData("2>$null")]
    [InlineData("-ErrorAction SilentlyContinue")]
    [InlineData("-ErrorAction Ignore")]
    public void It_can_be_silenced(string how)
    {
        ScriptResult result = Run($"$ErrorActionPreference = 'Stop'; Invoke-Flow {{ sh -c 'echo note >&2' 2>&1 3>&1; sh -c 'echo note >&2'; 'after' }} {how} | Receive-FlowResult");

        Assert.Null(result.Thrown);
        Assert.Empty(result.Errors);
        Assert.Equal("after", result.Output[^1]);
    }

    [UnixOnlyFact]
    public void A_call_that_wrote_it_is_a_success()
    {
        object? succeeded = Values("Invoke-Flow { sh -c 'echo note >&2' } 2>$null; $?")[^1];

        Assert.Equal(true, succeeded);
    }

    [UnixOnlyFact]
    public void An_exit_code_still_counts_where_the_script_says_so()
    {
        ScriptResult result = Run("""
            $PSNativeCommandUseErrorActionPreference = $true
            $ErrorActionPreference = 'Stop'
            try { 1 | Start-Subflow { sh -c 'echo note >&2; exit 3'; 'after' } -Parallel } catch { "caught $_" }
            """);

        Assert.Contains("code: 3", Assert.Single(result.Output.OfType<string>()), StringComparison.Ordinal);
    }
}
