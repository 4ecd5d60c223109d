using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Closures;

/// <summary>A worker is as restricted as its caller.</summary>
public sealed class LanguageModeTests : FlowTest
{
    [Fact]
    public void A_worker_of_a_full_session_is_full() =>
        Assert.Equal("FullLanguage", Value("{ \"$($ExecutionContext.SessionState.LanguageMode)\" } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void A_subflow_of_a_constrained_session_is_constrained_even_if_its_script_block_is_older()
    {
        Values("""$flow = New-Flow f { [System.IO.Path]::GetTempPath() }; $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'""");
        ScriptResult result = Run("$flow | Start-Subflow -Parallel");
        Assert.StartsWith("MethodInvocationNotSupportedInConstrainedLanguage", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(StateType.Failed, result.State.Type);
    }

    [Theory]
    [InlineData("Start-Subflow -Parallel")]
    [InlineData("Start-Subflow")]
    [InlineData("Invoke-Flow")]
    public void A_script_block_made_in_a_constrained_session_is_constrained(string start)
    {
        Session.Runspace.SessionStateProxy.LanguageMode = PSLanguageMode.ConstrainedLanguage;
        ScriptResult result = Run($"{{ [System.IO.Path]::GetTempPath() }} | {start}");
        Assert.StartsWith("MethodInvocationNotSupportedInConstrainedLanguage", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    /// <summary>A scheduled script has its own process, which is not restricted.</summary>
    [Theory]
    [InlineData("Register-FlowSchedule no-script.ps1 -Using Scheduler -HistoryPath $h")]
    [InlineData("Invoke-FlowSchedule nightly -HistoryPath $h")]
    [InlineData("Start-FlowScheduler -HistoryPath $h")]
    public void A_restricted_session_starts_no_script_that_is_not(string call)
    {
        Session.Set("h", "/no/such/history.db");
        Session.Runspace.SessionStateProxy.LanguageMode = PSLanguageMode.ConstrainedLanguage;
        ErrorRecord error = Run(call).OnlyError;
        Assert.StartsWith("FlowSessionRestricted,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.PermissionDenied, error.CategoryInfo.Category);
    }

    [Fact]
    public void What_a_constrained_subflow_calls_is_constrained()
    {
        Session.Runspace.SessionStateProxy.LanguageMode = PSLanguageMode.ConstrainedLanguage;
        ScriptResult result = Run("""
            function Get-It { [System.IO.Path]::GetTempPath() }
            $block = { [System.IO.Path]::GetTempPath() }
            { Get-It }, { & $block }, { { [System.IO.Path]::GetTempPath() } | Start-Subflow -Parallel } | Start-Subflow -Parallel
            """);
        Assert.All(result.States, state => Assert.Equal(StateType.Failed, state.Type));
        Assert.Equal(3, result.States.Length);
    }

    [Fact]
    public void What_is_allowed_in_a_constrained_session_works_in_its_subflows()
    {
        Session.Runspace.SessionStateProxy.LanguageMode = PSLanguageMode.ConstrainedLanguage;
        Assert.Equal(["5", "Constrained 6"], Values("""
            function Get-It($n) { "Constrained $n" }
            $n = 5
            { "$n"; Get-It 6 } | Start-Subflow -Parallel | Receive-FlowResult
            """));
    }

    [Fact]
    public void A_constrained_run_does_not_constrain_the_next_of_a_full_caller() =>
        Assert.Equal(["ConstrainedLanguage", "FullLanguage"], Values("""
            $mode = { "$($ExecutionContext.SessionState.LanguageMode)" }
            $flow = New-Flow f { & $mode }
            $flow | Start-Subflow -Parallel -ThrottleLimit 1 -OutVariable first | Out-Null
            { $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'; "$($ExecutionContext.SessionState.LanguageMode)" } | Start-Subflow -Parallel -ThrottleLimit 1 | Receive-FlowResult
            $flow | Start-Subflow -Parallel -ThrottleLimit 1 | Receive-FlowResult
            """));

    [Fact]
    public void A_command_that_the_session_does_not_have_is_not_in_its_workers()
    {
        // A command of the engine itself: commands of other modules would be loaded automatically.
        using var session = new FlowSession(state => state.Commands.Remove("Clear-History", typeof(System.Management.Automation.Runspaces.SessionStateCmdletEntry)));
        Assert.StartsWith("CommandNotFoundException", session.Run("{ Clear-History } | Start-Subflow -Parallel").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }
}
