using FlowModule.Tests.Support;

namespace FlowModule.Tests.Policies;

/// <summary>The values that a script reads from its surroundings belong to its identity: results for other values are neither taken over nor taken from the cache.</summary>
public sealed class CapturedValueTests : FlowTest
{
    /// <summary>Calls that process <c>$n</c>, by adding it to <c>$did</c>.</summary>
    public static TheoryData<string> Calls =>
    [
        "Invoke-FlowTask t { $did.Enqueue($n) }",
        "Invoke-FlowTask t { $did.Enqueue($n) } -CacheKey \"$id $n\"",
        "Start-FlowTask t { $did.Enqueue($n) } | Receive-FlowTask",
        "Start-FlowTask t { $using:n | ForEach-Object { $did.Enqueue($_) } } | Receive-FlowTask",
        "Start-Subflow { $did.Enqueue($n) } | Receive-FlowResult",
        "Start-Subflow { $did.Enqueue($n) } -Parallel | Receive-FlowResult",
        "'x' | Start-Subflow { $did.Enqueue($n) } -Parallel | Receive-FlowResult",
        "Start-Subflow ({ $did.Enqueue($n) }.GetNewClosure()) | Receive-FlowResult",
        "Start-Subflow ({ $did.Enqueue($n) }.GetNewClosure()) -Parallel | Receive-FlowResult",
        "$n | ForEach-Object { Invoke-FlowTask t { $did.Enqueue($_) } }",
        "$n | ForEach-Object { Start-FlowTask t { $did.Enqueue($_) } | Receive-FlowTask }",
        "Invoke-FlowTask t { Add-Work }",
        "Start-FlowTask t { Add-Work } | Receive-FlowTask",
        "$script:m = $n; Invoke-FlowTask t { $did.Enqueue($script:m) }",
        "$table = @{ Of = @{ It = $n } }; Invoke-FlowTask t { $did.Enqueue($table.Of.It) }",
        "Invoke-Flow worker | Receive-FlowResult",
        "$h = Start-FlowTask number { $n }; Invoke-FlowTask t { param($x) $did.Enqueue($x) } -Parameters @{ x = $h }",
        "$state = Invoke-FlowTask number { $n } -ReturnState; Invoke-FlowTask t { $did.Enqueue($state.Result) }",
    ];

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_retry_of_a_loop_with_fewer_rounds_does_all_that_is_left(string call) =>
        Assert.Equal(["Completed", "a b c"], Values($$"""
            $did = [System.Collections.Concurrent.ConcurrentQueue[string]]::new(); $id = [guid]::NewGuid().ToString()
            function Add-Work { $did.Enqueue($n) }
            $null = New-Flow worker { $did.Enqueue($n) }
            $state = New-Flow drain -Retry 1 {
                foreach ($n in 'a', 'b', 'c' | Where-Object { $_ -notin $did }) {
                    if ($n -eq 'b' -and $FlowRun.Attempt -eq 1) { throw 'busy' }
                    {{call}}
                }
            } | Invoke-Flow -InformationAction Ignore
            $state.Name
            "$did"
            """));

    [Theory]
    [InlineData("$n = 1")]
    [InlineData("$n = 'text'")]
    [InlineData("$n = @{ b = 1; a = 2 }")]
    [InlineData("$n = 1..3")]
    [InlineData("$n = [int[]] (1..3)")]
    [InlineData("$n = [pscustomobject]@{ A = 1; B = @(1, 2) }")]
    [InlineData("$n = [datetime]'2026-01-02'")]
    [InlineData("$n = { 'a script' }")]
    [InlineData("$n = Get-Item .")]
    [InlineData("$n = [timespan]::FromSeconds(1)")]
    [InlineData("$n = [DayOfWeek]::Friday")]
    [InlineData("$n = [pscredential]::new('me', (ConvertTo-SecureString 'x' -AsPlainText -Force))")]
    [InlineData("$n = Invoke-FlowTask before { 1..3 }")]
    [InlineData("$n = Invoke-FlowTask before { [pscustomobject]@{ A = 1 } }")]
    [InlineData("$n = Invoke-FlowTask before { 1 } -ReturnState")]
    [InlineData("$n = [System.Collections.Generic.List[string]] @('a', 'b')")]
    public void What_takes_equal_values_is_taken_over(string set) =>
        Assert.Equal(["Cached", "Cached"], Values($$"""
            New-Flow again -Retry 1 {
                {{set}}
                (Invoke-FlowTask t { $null = $n; 1 } -ReturnState).Name
                (Start-FlowTask u { $null = $n; 1 } | Receive-FlowTask -ReturnState).Name
                if ($FlowRun.Attempt -eq 1) { throw 'once' }
            } | Invoke-Flow -InformationAction Ignore | Receive-FlowResult
            """));

    [Theory]
    [InlineData("$log.Add('x')", "[System.Collections.Generic.List[string]]::new()")]
    [InlineData("[void] $log.Add('x')", "[System.Collections.ArrayList]::new()")]
    [InlineData("$null = $log.Add('x')", "[System.Collections.Generic.HashSet[string]]::new()")]
    [InlineData("$log['x'] = 1", "@{}")]
    [InlineData("$log.x = 1", "@{}")]
    [InlineData("1 | ForEach-Object { $log.Enqueue($_) }", "[System.Collections.Queue]::new()")]
    public void What_a_script_only_adds_to_makes_no_difference(string body, string log) => Assert.Equal("Cached", StateOf(body, log));

    [Theory]
    [InlineData("$log.Add('x')", "[System.Collections.ArrayList]::new()")]
    [InlineData("if ($log.Add('x')) { 1 }", "[System.Collections.Generic.HashSet[string]]::new()")]
    [InlineData("$log.x += 1", "@{ x = 0 }")]
    [InlineData("$log.Add($log.Count)", "[System.Collections.Generic.List[object]]::new()")]
    [InlineData("[void] $log.Add('x'); if ($log.Count -gt 5) { 1 }", "[System.Collections.ArrayList]::new()")]
    public void What_it_reads_and_changes_does(string body, string log) => Assert.Equal("Completed", StateOf(body, log));

    [Theory]
    [InlineData("Invoke-FlowTask t { $n }", "$n has changed since the earlier start.")]
    [InlineData("Invoke-FlowTask t { $n; $m }", "$m and $n have changed since the earlier start.")]
    [InlineData("Invoke-FlowTask t { param($x) $x } -Parameters @{ x = $n }", "parameter 'x' has changed since the earlier start.")]
    [InlineData("$n | Invoke-FlowTask t { $_ }", "the piped object has changed since the earlier start.")]
    [InlineData("Invoke-FlowTask t ([scriptblock]::Create($n))", "its script has changed since the earlier start.")]
    [InlineData("Invoke-FlowTask t { $null = $client }", "$client contains a System.Net.Http.HttpClient, which cannot be compared with its earlier value.")]
    public void A_line_says_why_what_completed_is_done_again(string call, string why)
    {
        ScriptResult result = Run($$"""
            $client = [System.Net.Http.HttpClient]::new()
            New-Flow again -Retry 1 {
                $n = $m = $FlowRun.Attempt
                $null = {{call}}
                $null = Invoke-FlowTask same { 1 }
                if ($FlowRun.Attempt -eq 1) { throw 'once' }
            } | Invoke-Flow
            """).Clean();

        string line = Assert.Single(result.Information, record => record.ToString().Contains("reuses no earlier result", StringComparison.Ordinal)).ToString();
        Assert.Contains("Task run 't-0' reuses no earlier result: ", line, StringComparison.Ordinal);
        Assert.EndsWith(why, line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_cached_by_its_inputs_is_not_that_of_another_closure() => Assert.Equal([2, 3, 3], Values("""
        $name = [guid]::NewGuid().ToString()
        foreach ($n in 2, 3, 3) { Invoke-FlowTask $name { $n }.GetNewClosure() -CachePolicy Inputs, Source -InformationAction Ignore }
        """));

    [Fact]
    public void A_result_that_depends_on_what_cannot_be_compared_is_not_cached_by_its_inputs()
    {
        ScriptResult result = Run("""
            $client = [System.Net.Http.HttpClient]::new(); $name = [guid]::NewGuid().ToString()
            foreach ($i in 1, 2) { (Invoke-FlowTask $name { $null = $client } -CachePolicy Inputs -ReturnState).Name }
            """).Clean();

        Assert.Equal(["Completed", "Completed"], result.Output);
        Assert.All(result.Warnings, warning => Assert.Contains("is not cached by its inputs: $client contains a System.Net.Http.HttpClient", warning, StringComparison.Ordinal));
        Assert.Equal(2, result.Warnings.Length);
    }

    private object? StateOf(string body, string log) => Value($$"""
        $log = {{log}}
        New-Flow again -Retry 1 {
            (Invoke-FlowTask t { {{body}} } -ReturnState).Name
            if ($FlowRun.Attempt -eq 1) { throw 'once' }
        } | Invoke-Flow -InformationAction Ignore | Receive-FlowResult
        """);
}
