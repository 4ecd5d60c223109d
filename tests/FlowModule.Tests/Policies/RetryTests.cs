using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Policies;

/// <summary>Failed runs of flows, subflows and tasks are retried.</summary>
public sealed class RetryTests : FlowTest
{
    /// <summary>Calls that return the state of a run of %body%, with the parameters %how%.</summary>
    public static TheoryData<string> Ways =>
    [
        "New-Flow f { %body% } %how% | Invoke-Flow",
        "Start-Subflow { %body% } %how%",
        "Start-Subflow { %body% } %how% -Parallel",
        "Invoke-FlowTask t { %body% } %how% -ReturnState",
        "1 | Invoke-FlowTask t { %body% } %how% -ReturnState -Parallel",
        "Start-FlowTask t { %body% } %how% | Receive-FlowTask -ReturnState",
        "(Invoke-Flow { Invoke-FlowTask t { %body% } %how% -ReturnState }).Result",
        "(Start-Subflow { Invoke-FlowTask t { %body% } %how% -ReturnState } -Parallel).Result",
    ];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Until_it_completes(string way)
    {
        FlowState state = Final(way, "if (++$count[0] -lt 3) { throw 'no' }; ($TaskRun ?? $FlowRun).Attempt", "-Retry 5");
        Assert.Equal((StateType.Completed, 3, 3), (state.Type, state.Result, state.Run.Attempt));
        Assert.Equal(["Pending", "Running", "AwaitingRetry", "Retrying", "AwaitingRetry", "Retrying", "Completed"], state.Run.States.Select(past => past.Name));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Not_more_often_than_it_may(string way)
    {
        FlowState state = Final(way, "++$count[0]; throw 'no'", "-Retry 2 -RetryDelaySeconds 0.01");
        Assert.Equal((StateType.Failed, 3), (state.Type, state.Run.Attempt));
        Assert.Equal(3, Value("$count[0]"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Delays_come_from_the_list_and_grow_from_its_last(string way)
    {
        FlowState state = Final(way, "throw 'no'", "-Retry 4 -RetryDelaySeconds 0, 0.01 -RetryBackoff Exponential -RetryMaxDelaySeconds 0.03");
        Assert.Equal(
            ["0 s", "0.01 s", "0.02 s", "0.03 s"],
            state.Run.States.Where(past => past.Name == "AwaitingRetry").Select(past => past.Message!.Split(" in ")[1].TrimEnd('.')));
        Assert.All(state.Run.States.Where(past => past.Name == "AwaitingRetry"), past => Assert.NotNull(past.ScheduledTime));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void While_RetryIf_says_so(string way)
    {
        FlowState state = Final(
            "$limit = 2; " + way, "++$count[0]; throw 'no'",
            "-Retry 9 -RetryIf { param($state) $state.Name -eq 'Failed' -and $_ -eq $state -and \"$($state.Error)\" -eq 'no' -and $state.Run.Attempt -le $limit }");
        Assert.Equal((StateType.Failed, 3), (state.Type, state.Run.Attempt));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_condition_that_throws_ends_the_run_and_says_so(string way)
    {
        FlowState state = Final(way, "++$count[0]; throw 'no'", "-Retry 9 -RetryIf { throw 'bad condition' }");
        Assert.Equal((StateType.Failed, 1), (state.Type, state.Run.Attempt));
        Assert.Contains("The retry condition threw: bad condition", state.Message, StringComparison.Ordinal);
        Assert.Contains("no", state.Message, StringComparison.Ordinal);
        Assert.Equal("FlowRetryIfInvalid", Assert.IsType<ErrorRecord>(state.Error).FullyQualifiedErrorId.Split(',')[0]);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void An_error_in_a_statement_of_the_condition_ends_the_run_too(string way)
    {
        FlowState state = Final(way, "throw 'no'", "-Retry 9 -RetryIf { Get-NoSuchCommand; $true }");
        Assert.Equal((StateType.Failed, 1), (state.Type, state.Run.Attempt));
    }

    [Theory]
    [InlineData("throw [FlowModule.FlowRetryException]::new('no')", 1, null)]
    [InlineData("throw [FlowModule.FlowRetryException]::new('no', 0.02)", 2, "0.02 s")]
    [InlineData("$e = [Exception]::new('no'); $e.Data['NoRetry'] = $true; throw $e", 1, null)]
    [InlineData("$e = [Exception]::new('no'); $e.Data['NoRetry'] = $false; throw $e", 2, "0 s")]
    [InlineData("$e = [Exception]::new('no'); $e.Data['RetryAfter'] = 0.02; throw $e", 2, "0.02 s")]
    [InlineData("$e = [Exception]::new('no'); $e.Data['RetryAfter'] = [timespan]::FromMilliseconds(20); throw $e", 2, "0.02 s")]
    public void A_failure_says_when_to_try_again_or_never(string body, int attempts, string? delay)
    {
        foreach (string way in new[] { "Start-Subflow { %body% } %how%", "Start-Subflow { %body% } %how% -Parallel", "Invoke-FlowTask t { %body% } %how% -ReturnState" })
        {
            FlowState state = Final(way, body, "-Retry 1");
            Assert.Equal(attempts, state.Run.Attempt);
            Assert.Equal(delay, state.Run.States.FirstOrDefault(past => past.Name == "AwaitingRetry")?.Message!.Split(" in ")[1].TrimEnd('.'));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void An_attempt_that_timed_out_is_tried_again(string way)
    {
        FlowState state = Final(way, "if (++$count[0] -eq 1) { Start-Sleep 600 }; 'ok'", "-Retry 5 -TimeoutSeconds 1");
        Assert.Equal(StateType.Completed, state.Type);
        Assert.InRange(state.Run.Attempt, 2, 6);
    }

    [Fact]
    public void Retries_of_a_failed_task_are_over_before_it_throws() =>
        Assert.Equal(["ok", "caught no 2"], Values("""
            Invoke-Flow {
                $n = @{ }
                Invoke-FlowTask a { if (++$n.a -lt 3) { throw 'no' }; 'ok' } -Retry 2
                try { Invoke-FlowTask b { ++$n.b; throw 'no' } -Retry 1 } catch { "caught $_ $($n.b)" }
            } | Receive-FlowResult
            """));

    [Fact]
    public void A_run_that_waits_for_its_retry_holds_no_worker() =>
        Assert.Equal([1, 2, 3, 4], Values("""
            $count = [int[]]::new(5)
            1..4 | Start-Subflow { if (++$count[$_] -eq 1) { throw 'no' }; $_ } -Parallel -ThrottleLimit 1 -Retry 1 -RetryDelaySeconds 0.2, 0.1 -KeepOrder | Receive-FlowResult
            """));

    [Theory]
    [InlineData("New-Flow f { %body% } %how% | Invoke-Flow")]
    [InlineData("Start-Subflow { %body% } %how% -Parallel")]
    [InlineData("Invoke-Flow { Invoke-FlowTask t { %body% } %how% }")]
    [InlineData("Invoke-Flow { Start-FlowTask t { %body% } %how% | Receive-FlowTask }")]
    public void Ctrl_C_ends_the_wait_for_a_retry(string way)
    {
        using var here = new Gate();
        var runs = new System.Collections.Concurrent.ConcurrentBag<FlowRun>();
        Session.Set("here", here);
        Session.Set("runs", runs);
        using var script = new RunningScript(Session, way
            .Replace("%body%", "$runs.Add($TaskRun ?? $FlowRun); $here.Arrive(); throw 'no'", StringComparison.Ordinal)
            .Replace("%how%", "-Retry 1 -RetryDelaySeconds 600", StringComparison.Ordinal));
        here.WaitForArrivals();
        Assert.True(SpinWait.SpinUntil(() => runs.First().State.Name == "AwaitingRetry", TimeSpan.FromSeconds(60)));
        script.Stop();

        Assert.Equal(StateType.Cancelled, Assert.Single(runs).State.Type);
    }

    private FlowState Final(string way, string body, string how) => Run(
        "$count = [int[]]::new(9); " + way.Replace("%body%", body, StringComparison.Ordinal).Replace("%how%", how, StringComparison.Ordinal)).State;
}
