using FlowModule.Tests.Support;

namespace FlowModule.Tests.Resuming;

/// <summary>A run resumed in another session takes over what was started for the same values, and says why it repeats the rest.</summary>
public sealed class CapturedValueTests : ResumeTest
{
    [Theory]
    [InlineData("Invoke-FlowTask t { $log.Add($n) }")]
    [InlineData("Start-Subflow { $log.Add($n) } -Parallel | Out-Null")]
    [InlineData("$n | ForEach-Object { Start-FlowTask t { $log.Add($_) } | Receive-FlowTask }")]
    public void A_loop_with_fewer_rounds_does_all_that_is_left(string call)
    {
        string flow = $$"""
            New-Flow {{Unique}} -RunName {{Unique}} {
                foreach ($n in $left) { if ($n -eq 'b' -and -not $works) { throw 'busy' }; {{call}} }
            } | Out-Null
            """;
        Run($"$left = 'a', 'b', 'c'; {flow}; Invoke-Flow {Unique}");
        Assert.Equal(["a"], TakeLog());
        using FlowSession other = OtherSession();
        other.Run($"$works = $true; $left = 'b', 'c'; {flow}; Resume-FlowRun {Unique}").Clean();
        Assert.Equal(["b", "c"], TakeLog());
    }

    [Theory]
    [InlineData("$n = @{ b = 1; a = @(1, 2) }")]
    [InlineData("$n = [pscustomobject]@{ A = 1; B = @{ C = 'x' } }")]
    [InlineData("$n = Invoke-FlowTask before { 'x', 'y' }")]
    [InlineData("$n = Invoke-FlowTask before { [pscustomobject]@{ A = 1 } }")]
    [InlineData("$n = Invoke-FlowTask before { @{ a = 1; b = 'x' } }")]
    [InlineData("$n = [int[]] (1..3)")]
    [InlineData("$n = [timespan]::FromSeconds(1)")]
    public void What_takes_equal_values_is_taken_over(string set)
    {
        string flow = $$"""New-Flow {{Unique}} -RunName {{Unique}} { {{set}}; Invoke-FlowTask t { $null = $n; $log.Add('ran') }; if (-not $works) { throw 'no' } } | Out-Null""";
        Run($"{flow}; Invoke-Flow {Unique}");
        Assert.Equal(["ran"], TakeLog());
        using FlowSession other = OtherSession();
        other.Run($"$works = $true; {flow}; Resume-FlowRun {Unique}").Clean();
        Assert.Empty(TakeLog());
    }

    [Fact]
    public void The_log_says_for_each_that_is_run_again_why()
    {
        string flow = $$"""
            New-Flow {{Unique}} -RunName {{Unique}} {
                Invoke-FlowTask same { 1 } | Out-Null
                Invoke-FlowTask other { $n } | Out-Null
                Invoke-FlowTask big { 'x' * 3MB } | Out-Null
                Invoke-FlowTask late { if (-not $works) { throw 'no' } }
            } | Out-Null
            """;
        Run($"$n = 1; {flow}; Invoke-Flow {Unique}");
        using FlowSession other = OtherSession();
        other.Run($"$n = 2; {flow}; Resume-FlowRun {Unique}");

        string[] lines = [.. Values($"Get-FlowLog {Unique} | ForEach-Object Message | Where-Object {{ $_ -like '*reuses no earlier result*' }}").Cast<string>()];
        Assert.Equal(
            [
                "Task run 'other-0' reuses no earlier result: $n has changed since the earlier start.",
                "Task run 'big-0' reuses no earlier result: it completed, but its result was not kept.",
                "Task run 'late-0' reuses no earlier result: it had not completed: it was Failed.",
            ],
            lines.Select(line => line.Contains("not kept.", StringComparison.Ordinal) ? line[..(line.IndexOf("not kept.", StringComparison.Ordinal) + 9)] : line));
    }
}
