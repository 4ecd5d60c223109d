using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Streams;

/// <summary>Warnings and errors of many runs say which one they come from, and for what that was started.</summary>
public sealed class LabelTests : FlowTest
{
    private const string Flows = """
        $named = New-Flow named -RunName 'run' { Write-Warning "low $_"; Write-Error "bad $_" }

        """;

    [Theory]
    [InlineData("7 | Start-Subflow $named")]
    [InlineData("7 | Start-Subflow $named -Parallel")]
    [InlineData("7 | Start-Subflow $named -Isolation NewRunspace")]
    [InlineData("New-Flow main { 7 | Start-Subflow $named -Parallel } | Invoke-Flow")]
    public void A_run_for_a_piped_object_is_named_with_it(string call)
    {
        ScriptResult result = Run($"{Flows} $null = {call}");

        Assert.Equal(["[run (7)] low 7"], result.Warnings);
        ErrorRecord error = result.Errors[0];
        Assert.Equal(("[run (7)] bad 7", "bad 7"), (error.ToString(), error.Exception.Message));
    }

    [Fact]
    public void A_run_of_a_map_is_named_with_its_parameters() =>
        Assert.Equal(["[run (N=1)] low", "[run (N=2)] low"], Run("""
            $flow = New-Flow mapped -RunName 'run' { param($N) Write-Warning 'low' }
            $null = Start-Subflow $flow -Map @{ N = 1, 2 }
            """).Warnings);

    [Fact]
    public void A_run_that_is_alone_needs_no_name() =>
        Assert.Equal(["low", "low", "low"], Run("""
            $null = Invoke-Flow { Write-Warning 'low' }
            $null = Start-Subflow { Write-Warning 'low' } -Parallel
            $null = Invoke-Flow { Invoke-FlowTask step { Write-Warning 'low' } }
            """).Warnings);

    [Theory]
    [InlineData("")]
    [InlineData("-NoHistory")]
    public void What_runs_inside_say_has_the_names_of_all_on_the_way_once(string how) =>
        Assert.Equal(["[out (1) > in (2)] deep", "[out (1) > step-0] task", "[out (1)] alone"], Run($$"""
            $in = New-Flow in -RunName 'in' { Write-Warning 'deep' }
            $out = New-Flow out -RunName 'out' {
                $null = 2 | Start-Subflow $in -Parallel
                'step' | Invoke-FlowTask step { Write-Warning 'task' } | Out-Null
                Invoke-FlowTask one { Write-Warning 'alone' }
            }
            $null = 1 | Start-Subflow $out -Parallel {{how}}
            """).Warnings.Select(warning => warning.Replace("step-0 (step)", "step-0", StringComparison.Ordinal)));

    [Fact]
    public void The_log_of_the_run_has_its_words_alone() =>
        Assert.Equal(["low 7", "bad 7"], Values($$"""
            {{Flows}}
            $state = 7 | Start-Subflow $named -Parallel -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
            (Get-FlowLog $state | Where-Object { -not $_.IsState }).Message
            """));

    [Fact]
    public void The_error_of_a_run_that_failed_is_named_and_what_broke_is_as_it_was()
    {
        ScriptResult result = Run("$flow = New-Flow f -RunName 'run' { throw 'broke' }; $state = 'a' | Start-Subflow $flow -Parallel; $state.Message; \"$($state.Error)\"");

        Assert.Equal("[run (a)] broke", result.OnlyError.ToString());
        Assert.Equal("broke", result.OnlyError.Exception.Message);
        Assert.Equal(["Flow run encountered an exception. RuntimeException: broke", "broke"], result.Output);
    }

    [Fact]
    public void Details_that_an_error_brings_along_stay_as_they_are() =>
        Assert.Equal("{ json }", Run("""
            $null = 1 | Start-Subflow {
                $record = [System.Management.Automation.ErrorRecord]::new([Exception]::new('404'), 'Id', 'NotSpecified', $null)
                $record.ErrorDetails = '{ json }'
                Write-Error -ErrorRecord $record
            } -Parallel
            """).Errors[0].ToString());

    [Fact]
    public void The_end_of_many_is_summed_up_and_names_those_that_failed()
    {
        ScriptResult result = Run("""
            $flow = New-Flow f -RunName 'run' { if ($_ -eq 2) { throw 'broke' } }
            $null = 1..3 | Start-Subflow $flow -Parallel -ErrorAction SilentlyContinue -InformationVariable lines 6>$null
            "$($lines[-1])"
            $null = 1..2 | Start-Subflow $flow -ErrorAction SilentlyContinue -InformationVariable lines 6>$null
            "$($lines[-1])"
            $null = 1..2 | Invoke-FlowTask t { } -InformationVariable lines 6>$null
            "$($lines[-1])"
            """);

        Assert.Matches(@"^\S+ \| 3 flow runs ended in \d+\.\d{3} s: 2 Completed, 1 Failed\.\n    Failed 'run' \(2\): RuntimeException: broke$", (string)result.Output[0]!);
        Assert.Matches(@"^\S+ \| 2 flow runs ended in \d+\.\d{3} s: 1 Completed, 1 Failed\.\n    Failed 'run' \(2\): RuntimeException: broke$", (string)result.Output[1]!);
        Assert.Matches(@"^\S+ \| 2 task runs ended in \d+\.\d{3} s: 2 Completed\.$", (string)result.Output[2]!);
    }
}
