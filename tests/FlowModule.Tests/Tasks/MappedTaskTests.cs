using FlowModule.Engine.Workers;
using FlowModule.Sessions;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Tasks;

/// <summary>Each piped object is one task run.</summary>
public sealed class MappedTaskTests : FlowTest
{
    public static TheoryData<string> Ways => ["", "-Parallel -ThrottleLimit 3"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Results_come_in_the_order_of_the_input(string how) =>
        Assert.Equal(Enumerable.Range(1, 40).Cast<object?>(), Values($"1..40 | Invoke-FlowTask get {{ $_ }} {how}"));

    [Fact]
    public void In_parallel_the_order_holds_though_the_first_ends_last()
    {
        using var gate = new Gate();
        Session.Set("gate", gate);
        Session.Set("open", new Opener(gate));

        Assert.Equal([1, 2], Values("1, 2 | Invoke-FlowTask get { if ($_ -eq 1) { $gate.ArriveAndWait() } else { $open.Open() }; $_ } -Parallel -ThrottleLimit 2"));
    }

    [Fact]
    public void Unordered_gives_the_first_that_ends_first()
    {
        using var gate = new Gate();
        Session.Set("gate", gate);
        Session.Set("open", new Opener(gate));

        Assert.Equal([2, 1], Values("""
            1, 2 | Invoke-FlowTask get { if ($_ -eq 1) { $gate.ArriveAndWait() }; $_ } -Parallel -ThrottleLimit 2 -Unordered | ForEach-Object { $open.Open(); $_ }
            """));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Null_and_empty_inputs_are_inputs_too(string how) =>
        Assert.Equal([true, true, true, false], Values($"$null, $null | Invoke-FlowTask get {{ $null -eq $_ }} {how}; '', 1 | Invoke-FlowTask get {{ $_ -is [string] }} {how}"));

    [Theory]
    [MemberData(nameof(Ways))]
    public void An_empty_pipeline_runs_nothing(string how)
    {
        var ran = new List<int>();
        Session.Set("ran", ran);

        Assert.Empty(Values($"@() | Invoke-FlowTask get {{ $ran.Add(1) }} {how}"));
        Assert.Empty(ran);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void An_array_as_one_input_stays_one(string how) =>
        Assert.Equal([2, 3], Values($"(1, 2), (1, 2, 3) | Invoke-FlowTask get {{ $_.Count }} {how}"));

    [Theory]
    [MemberData(nameof(Ways))]
    public void Properties_of_the_input_go_to_parameters_of_their_names(string how) =>
        Assert.Equal(["a 1", "b 2"], Values($$"""
            [pscustomobject]@{ Name = 'a'; Count = 1 }, @{ name = 'b'; count = '2' } | Invoke-FlowTask get { param($Name, [int] $Count) "$Name $Count" } {{how}}
            """));

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_first_failure_is_thrown_at_the_end_and_the_others_are_written(string how)
    {
        ScriptResult result = Run($$"""
            try { 1..5 | Invoke-FlowTask get { if ($_ % 2) { throw "no $_" }; $_ } {{how}} } catch { "caught $_ $($_.Exception.FlowInput)" }
            """);

        Assert.Equal([2, 4, "caught [get-0 (1)] no 1 1"], result.Output);
        Assert.Equal(["[get-2 (3)] no 3", "[get-4 (5)] no 5"], result.Errors.Select(error => error.ToString()));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void ReturnState_gives_all_states(string how) =>
        Assert.Equal(["1 Failed", "2 Completed", "3 Failed"], Values($$"""
            1..3 | Invoke-FlowTask get { if ($_ % 2) { throw 'no' } } {{how}} -ReturnState | ForEach-Object { "$($_.Run.InputObject) $($_.Name)" }
            """));

    [Theory]
    [MemberData(nameof(Ways))]
    public void An_input_that_does_not_fit_fails_its_run_only(string how)
    {
        ScriptResult result = Run($"1, 'x', 3 | Invoke-FlowTask get {{ param([int] $n) $n }} {how}");

        Assert.Equal([1, 3], result.Output);
        Assert.StartsWith("FlowParameterInvalid", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void StopOnFailure_cancels_the_rest(string how) =>
        Assert.Equal("Cancelled", Value($"(1..50 | Invoke-FlowTask get {{ throw 'no' }} -StopOnFailure -ReturnState {how})[-1].Name"));

    [Theory]
    [InlineData("")]
    [InlineData("-Parallel -ThrottleLimit 2")]
    [InlineData("-Parallel -ThrottleLimit 2 -Unordered")]
    public void A_reader_that_has_enough_ends_the_rest_and_the_script_goes_on(string how)
    {
        object?[] output = Values($$"""
            Invoke-Flow { 1..500 | Invoke-FlowTask get { $_ } {{how}} | Select-Object -First 1 | ForEach-Object { $_ -ge 1 }; 'after' } | Receive-FlowResult
            1..500 | Invoke-FlowTask get { $_ } {{how}} | Select-Object -First 1 | ForEach-Object { $_ -ge 1 }
            'after'
            """);

        Assert.Equal([true, "after", true, "after"], output);
        AssertNoWorkerIsLeft();
    }

    [Fact]
    public void Workers_of_parallel_subflows_run_tasks_in_parallel_too() =>
        Assert.Equal(["11", "12", "21", "22", "31", "32"], Values("""
            1..3 | Start-Subflow { $x = $_; 1..2 | Invoke-FlowTask get { "$x$_" } -Parallel -ThrottleLimit 2 } -Parallel -ThrottleLimit 2 -KeepOrder | Receive-FlowResult
            """));

    [Fact]
    public void At_most_ThrottleLimit_run_at_once()
    {
        var counter = new Concurrency();
        Session.Set("counter", counter);

        Values("1..20 | Invoke-FlowTask get { $counter.Enter(); $counter.Leave() } -Parallel -ThrottleLimit 2");
        Assert.InRange(counter.Most, 1, 2);
    }

    [Fact]
    public void The_flows_own_limit_holds_where_the_call_says_none()
    {
        var counter = new Concurrency();
        Session.Set("counter", counter);

        Values("New-Flow f { 1..20 | Invoke-FlowTask get { $counter.Enter(); $counter.Leave() } -Parallel } -ThrottleLimit 1 | Invoke-Flow");
        Assert.Equal(1, counter.Most);
    }

    private void AssertNoWorkerIsLeft()
    {
        WorkerPool pool = RunspaceContext.Of(Session.Runspace)!.Pool;
        Session.Runspace.Close();
        Assert.True(SpinWait.SpinUntil(() => pool.Count == 0, TimeSpan.FromSeconds(60)), $"{pool.Count} workers are left.");
    }
}
