using FlowModule.Tests.Support;

namespace FlowModule.Tests.Policies;

/// <summary>A result is not computed again in a retry, or with the same key.</summary>
public sealed class ReuseAndCacheTests : FlowTest
{
    private const string Up = "$null = [FlowModule.Tests.Support.Tally]::Up";

    private const string Steps = $$"""
        $a = Invoke-FlowTask a { {{Up}}("$id a"); 'A' }
        $b = Start-FlowTask b { {{Up}}("$id b"); 'B' } | Receive-FlowTask
        $c = Start-Subflow { {{Up}}("$id c"); 'C' } -Parallel | Receive-FlowResult
        $d = Start-Subflow { {{Up}}("$id d"); Invoke-FlowTask a { {{Up}}("$id e"); 'D' } } | Receive-FlowResult
        if ([FlowModule.Tests.Support.Tally]::Up("$id f") -le 2) { throw 'again' }
        "$a $b $c $d"
        """;

    private const string Counts = """
        -join ('a', 'b', 'c', 'd', 'e', 'f' | ForEach-Object { "$_$([FlowModule.Tests.Support.Tally]::Of("$id $_")) " })
        """;

    public static TheoryData<string> Ways => ["| Invoke-Flow", "| Start-Subflow", "| Start-Subflow -Parallel"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_retry_takes_over_what_completed(string way) =>
        Assert.Equal(["A B C D", "a1 b1 c1 d1 e1 f3 "], Values($$"""
            $id = [guid]::NewGuid().ToString()
            New-Flow f { {{Steps}} } -Retry 2 {{way}} | Receive-FlowResult
            {{Counts}}
            """));

    [Theory]
    [MemberData(nameof(Ways))]
    public void With_NoReuse_it_runs_all_again(string way) =>
        Assert.Equal(["A B C D", "a3 b3 c3 d3 e3 f3 "], Values($$"""
            $id = [guid]::NewGuid().ToString()
            New-Flow f { {{Steps}} } -Retry 2 -NoReuse {{way}} | Receive-FlowResult
            {{Counts}}
            """));

    [Theory]
    [InlineData("")]
    [InlineData("-Parallel")]
    public void Only_what_failed_is_run_again(string how) =>
        Assert.Equal(["1 2 3", "1:1 2:2 3:1"], Values($$"""
            $id = [guid]::NewGuid().ToString()
            New-Flow f { "$(1..3 | Invoke-FlowTask t { if ([FlowModule.Tests.Support.Tally]::Up("$id $_") -eq 1 -and $_ -eq 2) { throw 'no' }; $_ } {{how}})" } -Retry 1 | Invoke-Flow | Receive-FlowResult
            "1:$([FlowModule.Tests.Support.Tally]::Of("$id 1")) 2:$([FlowModule.Tests.Support.Tally]::Of("$id 2")) 3:$([FlowModule.Tests.Support.Tally]::Of("$id 3"))"
            """));

    [Fact]
    public void What_is_taken_over_says_so_and_other_inputs_are_run() =>
        Assert.Equal(["Cached Completed", "1 2"], Values("""
            $n = @{ }; $ran = [System.Collections.ArrayList]::new()
            New-Flow f {
                $states = @(
                    Invoke-FlowTask same { $null = 1 } -ReturnState
                    Invoke-FlowTask other { param($x) $null = $ran.Add($x) } -Parameters @{ x = $FlowRun.Attempt } -ReturnState)
                if ($FlowRun.Attempt -eq 1) { throw 'again' }
                "$($states.Name)"
            } -Retry 1 | Invoke-Flow | Receive-FlowResult
            "$ran"
            """));

    [Theory]
    [InlineData("1..3 | ForEach-Object { Invoke-FlowTask t { ++$n[0]; $n[0] } -CacheKey $key }", "1 1 1")]
    [InlineData("1, 2, 1 | Invoke-FlowTask t { ++$n[0]; $n[0] } -CacheKey { \"$key $_\" }", "1 2 1")]
    [InlineData("1, 2, 1 | Invoke-FlowTask t { param($x) ++$n[0]; $n[0] } -CacheKey { param($parameters, $item) \"$key $($parameters.x)\" }", "1 2 1")]
    [InlineData("1, 2, 1 | Invoke-FlowTask t { ++$n[0]; $n[0] } -CacheKey { \"$key $_\" } -Parallel -ThrottleLimit 1", "1 2 1")]
    [InlineData("1, 2, 1 | Invoke-FlowTask $key { [FlowModule.Tests.Support.Tally]::Up($key) } -CachePolicy Inputs", "1 2 1")]
    [InlineData("1, 1 | Invoke-FlowTask $key { ++$n[0]; $n[0] } -CachePolicy Source; 1 | Invoke-FlowTask $key { $n[0]++; ++$n[0]; $n[0] } -CachePolicy Source", "1 1 3")]
    [InlineData("1, 2, 1 | Invoke-FlowTask $key { [FlowModule.Tests.Support.Tally]::Up($key) } -CachePolicy Inputs, Source", "1 2 1")]
    [InlineData("1, 2 | ForEach-Object { Invoke-Flow { 1, 2 | ForEach-Object { Invoke-FlowTask $key { ++$n[0]; $n[0] } -CachePolicy Run } } } | Receive-FlowResult", "1 1 2 2")]
    [InlineData("1, 1 | Invoke-FlowTask t { ++$n[0]; $n[0] } -CacheKey $key -CachePolicy None -CacheExpiration 0", "1 2")]
    [InlineData("1..2 | ForEach-Object { Invoke-FlowTask t { ++$n[0]; $n[0] } -CacheKey $key -CacheExpiration 1:0:0 }", "1 1")]
    [InlineData("Invoke-FlowTask t { 'old' } -CacheKey $key; Invoke-FlowTask t { 'new' } -CacheKey $key -RefreshCache; Invoke-FlowTask t { 'unused' } -CacheKey $key", "old new new")]
    [InlineData("1, 1 | Invoke-FlowTask t { ++$n[0]; $n[0] } -CacheKey { $null }", "1 2")]
    [InlineData("1, 1 | Invoke-FlowTask t { ++$n[0]; $n[0] } -CacheKey { }", "1 2")]
    [InlineData("Invoke-FlowTask t { ++$n[0] } -CacheKey $key; Invoke-FlowTask t { ++$n[0] } -CacheKey $key; $n[0]", "1")]
    [InlineData("Invoke-FlowTask a { ++$n[0]; $n[0] } -CacheKey $key; Invoke-FlowTask b { ++$n[0]; $n[0] } -CacheKey $key", "1 2")]
    [InlineData("1, 1 | Invoke-FlowTask t { ++$n[0]; throw 'no' } -CacheKey $key -ReturnState | Out-Null; $n[0]", "2")]
    public void A_result_is_taken_under_its_key(string script, string expected) =>
        Assert.Equal(expected, string.Join(' ', Values($"$n = [int[]]::new(1); $key = [guid]::NewGuid().ToString(); {script}")));

    [Fact]
    public void A_hit_is_named_Cached() =>
        Assert.Equal(["Completed 1", "Cached 1"], Values("""
            $key = [guid]::NewGuid().ToString()
            1..2 | ForEach-Object { $state = Invoke-FlowTask t { 1 } -CacheKey $key -ReturnState; "$($state.Name) $($state.Result)" }
            """));

    [Fact]
    public void Of_two_with_one_key_one_computes_and_the_other_waits()
    {
        using var gate = new Gate();
        Session.Set("gate", gate);
        using var script = new RunningScript(Session, """
            $key = [guid]::NewGuid().ToString(); $n = [int[]]::new(1)
            $global:tasks = 1, 2 | Start-FlowTask t { $gate.ArriveAndWait(); ++$n[0]; $n[0] } -CacheKey $key
            $global:tasks | Receive-FlowTask
            $global:tasks.State.Name | Sort-Object
            """);
        gate.WaitForArrivals();
        gate.Open();
        script.WaitForEnd();

        Assert.Equal([1, 1, "Cached", "Completed"], script.Output);
    }

    [Theory]
    [InlineData("Invoke-FlowTask t { $n[0]++ } -CacheKey { throw 'no key' }")]
    [InlineData("Invoke-FlowTask t { $n[0]++ } -CacheKey { Get-NoSuchCommand; 'key' }")]
    [InlineData("1 | Invoke-FlowTask t { $n[0]++ } -CacheKey { throw 'no key' } -Parallel")]
    [InlineData("1 | Invoke-FlowTask t { $n[0]++ } -CacheKey { Get-NoSuchCommand; 'key' } -Parallel")]
    [InlineData("Start-FlowTask t { $n[0]++ } -CacheKey { throw 'no key' } | Receive-FlowTask")]
    public void A_key_that_cannot_be_made_fails_the_task_before_it_runs(string call)
    {
        int[] n = new int[1];
        Session.Set("n", n);
        System.Management.Automation.ErrorRecord error = Run(call).OnlyError;

        Assert.StartsWith("FlowCacheKeyInvalid", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("The cache key of task 't' cannot be created", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, n[0]);
    }
}
