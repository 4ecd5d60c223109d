using FlowModule.Tests.Support;

namespace FlowModule.Tests.Closures;

/// <summary>The caller's preferences and default parameter values in a worker.</summary>
public sealed class PreferenceTests : FlowTest
{
    [Fact]
    public void ErrorActionPreference_Stop_makes_a_written_error_fail_the_run() =>
        Assert.Equal(StateType.Failed, Run("$ErrorActionPreference = 'Stop'; try { { Write-Error 'bad'; 'on' } | Start-Subflow -Parallel } catch { }").State.Type);

    [Fact]
    public void VerbosePreference_shows_what_a_subflow_says() =>
        Assert.Equal(["loud"], Run("$VerbosePreference = 'Continue'; { Write-Verbose 'loud' } | Start-Subflow -Parallel | Out-Null").Clean().Verbose);

    [Fact]
    public void Without_it_a_subflow_is_quiet() =>
        Assert.DoesNotContain("quiet", Run("{ Write-Verbose 'quiet' } | Start-Subflow -Parallel | Out-Null").Clean().Verbose);

    [Fact]
    public void WarningPreference_silences_a_subflow() =>
        Assert.Empty(Run("$WarningPreference = 'SilentlyContinue'; { Write-Warning 'quiet' } | Start-Subflow -Parallel | Out-Null").Clean().Warnings);

    [Theory]
    [InlineData("ErrorActionPreference", "'SilentlyContinue'")]
    [InlineData("WarningPreference", "'Ignore'")]
    [InlineData("VerbosePreference", "'Continue'")]
    [InlineData("DebugPreference", "'Continue'")]
    [InlineData("InformationPreference", "'Continue'")]
    [InlineData("ProgressPreference", "'SilentlyContinue'")]
    [InlineData("ConfirmPreference", "'None'")]
    [InlineData("OFS", "'+'")]
    [InlineData("ErrorView", "'CategoryView'")]
    [InlineData("FormatEnumerationLimit", "9")]
    [InlineData("PSModuleAutoLoadingPreference", "'None'")]
    public void A_preference_is_the_callers(string name, string value) =>
        Assert.Equal("True", Value($"${name} = {value}; {{ \"$(${name} -eq {value})\" }} | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void A_preference_local_to_a_function_holds_in_its_subflows_and_in_the_functions_they_call() =>
        Assert.Equal(["SilentlyContinue", "Continue"], Values("""
            function Get-Preference { "$WarningPreference" }
            function Start-It { $WarningPreference = 'SilentlyContinue'; { Get-Preference } | Start-Subflow -Parallel -ThrottleLimit 1 }
            Start-It | Receive-FlowResult
            { Get-Preference } | Start-Subflow -Parallel -ThrottleLimit 1 | Receive-FlowResult
            """));

    [Fact]
    public void Common_parameters_of_an_advanced_function_hold_in_its_subflows() =>
        Assert.Equal(["loud"], Run("""
            function Start-It { [CmdletBinding()] param() { Write-Verbose 'loud' } | Start-Subflow -Parallel | Out-Null }
            Start-It -Verbose
            """).Clean().Verbose.Where(line => line == "loud"));

    [Fact]
    public void Default_parameter_values_hold_in_a_subflow() =>
        Assert.Equal("by default", Value("""
            function Get-Text { [CmdletBinding()] param($Text) $Text }
            $PSDefaultParameterValues = @{ 'Get-Text:Text' = 'by default' }
            { Get-Text } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Disabled_default_parameter_values_stay_disabled() =>
        Assert.Null(Run("""
            function Get-Text { [CmdletBinding()] param($Text) $Text }
            $PSDefaultParameterValues = @{ 'Get-Text:Text' = 'by default'; Disabled = $true }
            { Get-Text } | Start-Subflow -Parallel
            """).State.Result);

    [Fact]
    public void Default_parameter_values_changed_in_a_subflow_stay_there() =>
        Assert.Equal([1, 1, 1], Values("""
            $PSDefaultParameterValues = @{ 'a:b' = 1 }
            1, 2 | Start-Subflow { $PSDefaultParameterValues.Count; $PSDefaultParameterValues['c:d'] = 1 } -Parallel -ThrottleLimit 1 | Receive-FlowResult
            $PSDefaultParameterValues.Count
            """));

    [Fact]
    public void Default_parameter_values_apply_to_the_modules_own_cmdlets() =>
        Assert.Equal([3, 2, 1], Values("""
            $PSDefaultParameterValues = @{ 'Start-Subflow:KeepOrder' = $true; 'Start-Subflow:Parallel' = $true }
            { 3, 2, 1 | Start-Subflow { $_ } } | Start-Subflow | Receive-FlowResult
            """));

    [Fact]
    public void A_strict_caller_does_not_make_its_subflows_strict_and_they_may_be_so_themselves() =>
        Assert.Equal("VariableIsUndefined", Run("""{ Set-StrictMode -Version Latest; $undefined } | Start-Subflow -Parallel""").OnlyError.FullyQualifiedErrorId);
}
