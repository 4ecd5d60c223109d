using FlowModule.Engine.Workers;
using FlowModule.Sessions;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Stopping;

/// <summary>Commands that end before all subflows: races, failures that stop the rest, readers that have enough, timeouts.</summary>
public sealed class EarlyEndTests : FlowTest
{
    // The first waits until the others run, so that there is something to stop; those wait to be stopped.
    private const string OneGoesAhead = "1..3 | Start-Subflow { try { $here.Arrive(); if ($_ -eq 1) { $null = $all.Wait(600000); %first% } else { Start-Sleep -Seconds 600 } } finally { $ended.Arrive() } } -Parallel -ThrottleLimit 3";

    [Fact]
    public void A_downstream_that_has_enough_ends_the_siblings_and_the_script_goes_on()
    {
        object?[] output = RunRace("'winner'", "do { %call% | ForEach-Object { $_.Result; break } } while ($false); 'after'");

        Assert.Equal(["winner", "after"], output);
    }

    [Fact]
    public void The_first_to_complete_wins_and_only_it_is_given()
    {
        object?[] output = RunRace("'winner'", "%call% -First 1 | ForEach-Object { $_.Name; $_.Result }");

        Assert.Equal(["Completed", "winner"], output);
    }

    [Fact]
    public void A_race_that_is_won_completes_its_parent()
    {
        object?[] output = RunRace("'winner'", "(Invoke-Flow { %call% -First 1 }).Message");

        Assert.Equal(["All states completed."], output);
    }

    [Fact]
    public void A_race_that_nobody_wins_gives_the_failures()
    {
        ScriptResult result = Run("1..3 | Start-Subflow { throw \"no $_\" } -Parallel -First 1");

        Assert.Equal(3, result.States.Length);
        Assert.All(result.States, state => Assert.Equal(StateType.Failed, state.Type));
        Assert.Equal(3, result.Errors.Length);
    }

    [Fact]
    public void The_first_failure_cancels_the_rest()
    {
        object?[] output = RunRace("throw 'lost'", "%call% -StopOnFailure -ErrorAction SilentlyContinue | ForEach-Object { $_.Name }");

        Assert.Equal(["Cancelled", "Cancelled", "Failed"], output.Cast<string>().Order());
    }

    [Fact]
    public void An_error_to_stop_at_ends_the_siblings_and_can_be_caught()
    {
        object?[] output = RunRace("throw 'lost'", "try { %call% -ErrorAction Stop } catch { \"caught $($_.Exception.Message)\"; $_.Exception.FlowInput }");

        Assert.Equal(["caught lost", 1], output.Where(item => item is not FlowState));
    }

    [Theory]
    [InlineData("Invoke-Flow { Start-Sleep -Seconds 600 } -TimeoutSeconds 0.05")]
    [InlineData("Start-Subflow { Start-Sleep -Seconds 600 } -TimeoutSeconds 0.05")]
    [InlineData("Start-Subflow { Start-Sleep -Seconds 600 } -Parallel -TimeoutSeconds 0.05")]
    [InlineData("New-Flow slow { Start-Sleep -Seconds 600 } -TimeoutSeconds 0.05 | Invoke-Flow")]
    [InlineData("Invoke-Flow { Start-Subflow { Start-Sleep -Seconds 600 } -Parallel } -TimeoutSeconds 0.05")]
    public void A_run_whose_time_is_up_fails_as_timed_out_and_the_script_goes_on(string call) =>
        AssertTimedOut(Run($"{call}; 'after'"), "0.05");

    [Theory]
    [InlineData("Invoke-Flow { %body% } -TimeoutSeconds 600")]
    [InlineData("Start-Subflow { %body% } -TimeoutSeconds 600")]
    [InlineData("Start-Subflow { %body% } -Parallel -TimeoutSeconds 600")]
    [InlineData("New-Flow slow { %body% } -TimeoutSeconds 600 | Invoke-Flow")]
    [InlineData("Invoke-Flow { $outer = $FlowRun; Start-Subflow { %body% } -Parallel } -TimeoutSeconds 600", "$outer")]
    public void A_body_whose_time_is_up_runs_its_finally_blocks(string call, string run = "$FlowRun")
    {
        using var here = new Gate();
        using var ended = new Gate();
        Session.Set("here", here);
        Session.Set("ended", ended);
        Session.Set("limit", new TimeLimit(here));
        string body = $"try {{ $limit.EndsOnArrival({run}); $here.Arrive(); Start-Sleep -Seconds 600 }} finally {{ $ended.Arrive() }}";

        ScriptResult result = Run($"{call.Replace("%body%", body, StringComparison.Ordinal)}; 'after'");

        ended.WaitForArrivals();
        AssertTimedOut(result, "600");
    }

    [Fact]
    public void A_run_that_awaits_a_task_holds_no_worker_and_is_timed_out_too()
    {
        ScriptResult result = Run("Start-Subflow { [System.Threading.Tasks.Task]::Delay(-1, $FlowRun.CancellationToken) } -Parallel -TimeoutSeconds 0.05");

        Assert.Equal("TimedOut", result.State.Name);
    }

    [Fact]
    public void Tasks_are_awaited_and_their_results_are_the_output()
    {
        object?[] output = Values("""
            $source = [System.Threading.Tasks.TaskCompletionSource[string]]::new()
            1..2 | Start-Subflow {
                if ($_ -eq 1) { 'before'; $source.Task; 'after' } else { $source.SetResult('awaited') }
            } -Parallel -ThrottleLimit 2 -KeepOrder | Receive-FlowResult
            (Invoke-Flow { [System.Threading.Tasks.Task]::FromException([System.IO.IOException]::new('broken')) } -ErrorAction SilentlyContinue).Message
            """);

        Assert.Equal(["before", "awaited", "after", "Flow run encountered an exception. IOException: broken"], output);
    }

    [Fact]
    public void A_thousand_nested_runs_leave_no_worker_behind()
    {
        FlowSession session = Session;
        object?[] output = session.Values("""
            (1..100 | Start-Subflow { 1..10 | Start-Subflow { 'leaf' } -Parallel -ThrottleLimit 2 | Receive-FlowResult } -Parallel -ThrottleLimit 4 -InformationAction Ignore |
                Receive-FlowResult).Count
            """);
        Assert.Equal([1000], output);
        var pool = RunspaceContext.Of(session.Runspace)!.Pool;

        // The next call may miss a worker that is returning to the pool: at most one more for each.
        Assert.InRange(pool.Count, 1, 4 + (2 * 4 * 2));

        session.Runspace.Close();

        Assert.True(SpinWait.SpinUntil(() => pool.Count == 0, TimeSpan.FromSeconds(60)), $"{pool.Count} workers are left.");
    }

    private static void AssertTimedOut(ScriptResult result, string seconds)
    {
        FlowState state = result.States[^1];
        Assert.Equal((StateType.Failed, "TimedOut"), (state.Type, state.Name));
        Assert.Equal($"Flow run exceeded its timeout of {seconds} second(s).", state.Message);
        Assert.StartsWith("FlowRunTimedOut", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("after", result.Output[^1]);
    }

    private object?[] RunRace(string first, string script)
    {
        using var here = new CountdownEvent(3);
        using var ended = new Gate(3);
        Session.Set("here", new Arrivals(here));
        Session.Set("all", here);
        Session.Set("ended", ended);
        ScriptResult result = Run(script.Replace("%call%", OneGoesAhead.Replace("%first%", first, StringComparison.Ordinal), StringComparison.Ordinal));
        ended.WaitForArrivals();
        Assert.Null(result.Thrown);
        return result.Output;
    }

    /// <summary>Counts arrivals, without a result that would appear in a script's output.</summary>
    public sealed class Arrivals(CountdownEvent here)
    {
        /// <summary>Called by a script.</summary>
        public void Arrive() => here.Signal();
    }
}
