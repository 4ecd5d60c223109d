using FlowModule.Tests.Support;

namespace FlowModule.Tests.Policies;

/// <summary>Which history the limits and cached results belong to, and how they are removed.</summary>
public sealed class SharingTests : FlowTest
{
    private const string NewKey = "$key = [guid]::NewGuid().ToString(); $n = [int[]]::new(1);";

    [Fact]
    public void A_run_that_is_not_recorded_knows_the_limits_of_its_process_alone()
    {
        ScriptResult result = Run("""
            $limit = [guid]::NewGuid().ToString()
            $null = New-FlowLimit $limit -MaxConcurrency 2
            try { New-Flow f { 'ran' } -Limit $limit | Invoke-Flow -NoHistory } catch { $_.FullyQualifiedErrorId.Split(',')[0] }
            $null = New-FlowLimit $limit -MaxConcurrency 1 -NoHistory
            (New-Flow f { (Get-FlowLimit $limit).Active } -Limit $limit | Invoke-Flow -NoHistory).Result
            (Get-FlowLimit $limit).MaxConcurrency
            (Get-FlowLimit $limit -NoHistory).MaxConcurrency
            Remove-FlowLimit $limit -NoHistory
            (Get-FlowLimit $limit).MaxConcurrency
            """);

        Assert.Equal(["FlowLimitNotFound", 1, 2, 1, 2], result.Output);
    }

    [Fact]
    public void Limits_are_of_the_history_that_is_named()
    {
        Session.Set("path", Path.Combine(Folder.FullPath, "own.db"));
        Assert.Equal([3, "none", 1], Values("""
            $limit = [guid]::NewGuid().ToString()
            $null = New-FlowLimit $limit -MaxConcurrency 3 -HistoryPath $path
            (Get-FlowLimit $limit -HistoryPath $path).MaxConcurrency
            if (-not (Get-FlowLimit "$limit*")) { 'none' }
            New-Flow f { (Get-FlowLimit $limit).Active } -Limit $limit | Invoke-Flow -HistoryPath $path | Receive-FlowResult
            """));
    }

    [Theory]
    [InlineData("Clear-FlowCache a-$key", "1 3 2")]
    [InlineData("Clear-FlowCache -Key \"$key-2\"", "1 1 3")]
    [InlineData("Clear-FlowCache -Key \"$key*\"", "1 3 4")]
    [InlineData("Clear-FlowCache a-$key -Key \"$key-2\"", "1 1 2")]
    [InlineData("Clear-FlowCache [ab]-$key -Key \"$key*\"", "1 3 4")]
    [InlineData("Clear-FlowCache -WhatIf", "1 1 2")]
    [InlineData("Clear-FlowCache ?-$key -NoHistory", "1 1 2")]
    public void Cached_results_are_removed_by_task_and_key(string clear, string expected) =>
        Assert.Equal(expected, string.Join(' ', Values($$"""
            {{NewKey}}
            $a = { Invoke-FlowTask "a-$key" { ++$n[0]; $n[0] } -CacheKey "$key-1" }
            $b = { Invoke-FlowTask "b-$key" { ++$n[0]; $n[0] } -CacheKey "$key-2" }
            & $a; $null = & $b
            {{clear}}
            & $a; & $b
            """)));

    [Fact]
    public void Results_within_one_flow_run_and_of_runs_that_are_not_recorded_are_removed_too() =>
        Assert.Equal(["1 2", "3 4"], Values($$"""
            {{NewKey}}
            $twice = { 1, 2 | ForEach-Object { Invoke-FlowTask "t-$key" { ++$n[0]; $n[0] } @args; Clear-FlowCache "t-$key" } }
            "$(Invoke-Flow { & $twice -CachePolicy Run } | Receive-FlowResult)"
            "$(Invoke-Flow { & $twice -CacheKey $key } -NoHistory | Receive-FlowResult)"
            """));
}
