using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Looking;

/// <summary>Calls of Start-Subflow without a flow around them, as the history has them.</summary>
public sealed class AdHocRunTests : LookingTest
{
    private const string Quiet = "-HistoryPath $history -LogLevel None";

    public AdHocRunTests() => _ = File;

    [Theory]
    [InlineData("")]
    [InlineData("-Parallel")]
    [InlineData("-Parallel -KeepOrder")]
    [InlineData("-Isolation NewRunspace")]
    [InlineData("-Parallel -MaxFailures 3")]
    public void A_call_is_one_run_in_the_list_and_its_runs_are_inside_it(string parameters)
    {
        Values($"1..3 | Start-Subflow {{ $_ }} {Quiet} {parameters}");

        Assert.Equal(
            ["AdHoc ad hoc Completed 'All states completed.'"],
            Values("Get-FlowRun -HistoryPath $history | ForEach-Object { \"$($_.Kind) $($_.FlowName) $($_.State.Name) '$($_.State.Message)'\" }"));
        Assert.Equal(
            ["0 AdHoc", "1 Flow", "1 Flow", "1 Flow"],
            Values("Get-FlowRun -HistoryPath $history -Tree | ForEach-Object { \"$($_.Depth) $($_.Kind)\" }"));
        Assert.Equal(3, Values("Get-FlowRun -HistoryPath $history -Parent (Get-FlowRun -HistoryPath $history)").Length);
    }

    [Fact]
    public void It_has_the_name_run_name_and_tags_of_the_call()
    {
        Values($"1 | Start-Subflow {{ param($Item, $Site) }} -Parameters @{{ Site = 'oslo' }} -Name nightly -RunName '{{Flow}} of {{Site}}' -Tag night, db {Quiet}");

        Assert.Equal(["nightly: nightly of oslo [night db]"], Values("Get-FlowRun -HistoryPath $history -Tag night | ForEach-Object { \"$($_.FlowName): $($_.Name) [$($_.Tag)]\" }"));
    }

    [Fact]
    public void It_has_the_script_and_the_line_of_the_call()
    {
        string script = Path.Combine(Folder.FullPath, "job.ps1");
        System.IO.File.WriteAllText(script, $"\n\n1..2 | Start-Subflow {{ $_ }} {Quiet}\n");

        Values($"& '{script}'");

        Assert.Equal([$"{script}:3"], Values("Get-FlowRun -HistoryPath $history | ForEach-Object { \"$($_.ScriptPath):$($_.ScriptLine)\" }"));
    }

    [Theory]
    [InlineData("Start-Subflow { 1 }", "Flow")]
    [InlineData("Start-Subflow { 1 } -Name nightly", "AdHoc Flow")]
    [InlineData("@() | Start-Subflow { 1 }", "")]
    [InlineData("@() | Start-Subflow { 1 } -Name nightly", "AdHoc")]
    [InlineData("Start-Subflow { param($A) 1 } -Map @{ A = 1, 2 }", "AdHoc Flow Flow")]
    [InlineData("Invoke-Flow { 1..2 | Start-Subflow { 1 } -LogLevel None -Name nightly }", "Flow Subflow Subflow")]
    public void Only_a_call_of_several_runs_or_with_a_name_is_a_run(string call, string kinds)
    {
        Values($"{call} {Quiet}");

        Assert.Equal(kinds, string.Join(' ', Values("Get-FlowRun -HistoryPath $history -Tree | ForEach-Object Kind")));
    }

    [Fact]
    public void Its_state_is_that_of_a_flow_around_the_runs()
    {
        Run($"1..3 | Start-Subflow {{ if ($_ -eq 2) {{ throw 'two' }} }} {Quiet}");
        Run($"1..3 | Start-Subflow {{ if ($_ -eq 2) {{ throw 'two' }} }} {Quiet} -FailWhen 1");
        Run($"1..3 | Start-Subflow {{ if ($_ -eq 2) {{ throw 'two' }} }} {Quiet} -FailWhen 0");
        Values($"1..3 | Start-Subflow {{ $_ }} {Quiet} -First 1");

        Assert.Equal(["Completed", "Failed", "Completed", "Failed"], Values("Get-FlowRun -HistoryPath $history | ForEach-Object { $_.State.Name }"));
        Assert.Matches("^1/3 states failed. Flow run '.*two", (string)Value("(Get-FlowRun -HistoryPath $history)[-1].State.Message")!);
    }

    [Fact]
    public void A_call_whose_pipeline_ends_early_ends_with_what_has_run()
    {
        Values($"1..3 | Start-Subflow {{ $_ }} {Quiet} | Select-Object -First 1");
        Run($"1..3 | Start-Subflow {{ throw 'bad' }} {Quiet} -ErrorAction Stop");
        Run($"& {{ 1; throw 'upstream' }} | Start-Subflow {{ $_ }} {Quiet} -FailWhen 1");

        Assert.Equal(["Cancelled", "Failed", "Completed"], Values("Get-FlowRun -HistoryPath $history | ForEach-Object { $_.State.Name }"));
    }

    [Fact]
    public void A_job_ends_it_with_its_last_run()
    {
        using var gate = new Gate(2);
        Session.Set("gate", gate);
        Session.Set("job", Value($"1..2 | Start-Subflow {{ $gate.ArriveAndWait() }} -Parallel -ThrottleLimit 2 -AsJob -Name nightly -HistoryPath $history"));
        gate.WaitForArrivals();

        Assert.Equal("Running", Value("(Get-FlowRun -HistoryPath $history).State.Name"));
        gate.Open();
        Values("$null = $job | Wait-Job");

        Assert.Equal("Completed", Value("(Watch-FlowRun -HistoryPath $history 6> $null).State.Name"));
    }

    [Theory]
    [InlineData("Restart-FlowRun", "FlowRunNotRestartable")]
    [InlineData("Suspend-FlowRun", "FlowRunNotSuspendable")]
    public void It_cannot_go_on_but_its_runs_can(string command, string error)
    {
        Run($"1 | Start-Subflow {{ throw 'bad' }} {Quiet} -Name nightly");

        ErrorRecord refused = Run($"{command} -Name (Get-FlowRun -HistoryPath $history).Name -HistoryPath $history").OnlyError;

        Assert.StartsWith(error + ",", refused.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("Completed", Value("(Get-FlowRun -HistoryPath $history -State Failed -Kind Flow | Resume-FlowRun -Flow { 'good' } -HistoryPath $history -LogLevel None).Name"));
        Assert.Equal(["Completed"], Values("Get-FlowRun -HistoryPath $history -Parent (Get-FlowRun -HistoryPath $history) | ForEach-Object { $_.State.Name }"));
    }

    [Fact]
    public void A_resume_of_it_says_what_can_be_resumed()
    {
        Run($"1 | Start-Subflow {{ throw 'bad' }} {Quiet} -RunName tonight");

        Assert.Equal(
            "Run 'tonight' of 'ad hoc' cannot be resumed. It is an ad hoc run, which has no script of its own: resume the runs in it (Get-FlowRun -Parent 'tonight').",
            Run("Resume-FlowRun tonight -HistoryPath $history").OnlyError.Exception.Message);
    }

    [Theory]
    [InlineData("-RunName 'x-{Nothing}'", "FlowRunNameInvalid")]
    [InlineData("-RunName 'x-{'", "FlowRunNameInvalid")]
    public void A_template_that_gives_no_name_is_refused_before_anything_runs(string parameters, string error)
    {
        Assert.StartsWith(error, Run($"1 | Start-Subflow {{ $global:ran = 1 }} {Quiet} {parameters}").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Null(Value("$ran"));
    }

    [Fact]
    public void A_template_over_the_piped_object_is_refused_and_the_error_says_where_it_belongs() =>
        Assert.Equal(
            "-RunName 'check {_}' gives no name: -Parameters has no '_'. It names the run of the whole call; New-Flow -RunName names each subflow.",
            Run($"'a', 'b' | Start-Subflow {{ 1 }} {Quiet} -RunName 'check {{_}}'").OnlyError.Exception.Message);

    [Theory]
    [InlineData("-RunName x")]
    [InlineData("-Tag x")]
    public void Inside_a_flow_the_flow_has_the_run_name_and_the_tags(string parameters)
    {
        ScriptResult result = Run($"Invoke-Flow {{ 1 | Start-Subflow {{ 1 }} {parameters} }} {Quiet}");

        Assert.Contains("FlowCallInsideRun", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_name_is_in_the_summary_and_in_the_plan()
    {
        Assert.Contains("nightly: 2 flow runs ended in", string.Join('\n', Values("1..2 | Start-Subflow { } -Name nightly -HistoryPath $history 6>&1 | ForEach-Object { \"$_\" }")), StringComparison.Ordinal);
        Assert.StartsWith("Start-Subflow 'nightly': 2 runs", (string)Value("\"$(1..2 | Start-Subflow { } -Name nightly -HistoryPath $history -WhatIf)\"")!, StringComparison.Ordinal);
        Assert.Single(Values("Get-FlowRun -HistoryPath $history"));
    }

    [Fact]
    public void Secrets_of_its_runs_are_masked_in_its_message_and_its_name()
    {
        Run($"1 | Start-Subflow {{ param($Item, $Key) throw \"no $Key\" }} -Parameters @{{ Key = 'hunter2' }} -Secret Key -RunName 'with {{Key}}' {Quiet}");

        string text = string.Join('\n', Values("Get-FlowRun -HistoryPath $history | ForEach-Object { $_.Name; $_.State.Message; $_.Parameters | Out-String }"));
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.Contains("1/1 states failed", text, StringComparison.Ordinal);
    }
}
