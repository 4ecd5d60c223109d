using System.Collections.Concurrent;
using FlowModule.Engine.Workers;
using FlowModule.Sessions;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Stopping;

/// <summary>Ctrl+C in each phase: finally blocks run, nothing continues, the session survives.</summary>
public sealed class InterruptTests : FlowTest
{
    private const string Body = "try { $runs.Add($FlowRun); $gate.Arrive(); Start-Sleep -Seconds 600 } finally { $ended.Arrive() }";

    private readonly ConcurrentBag<FlowRun> _runs = [];

    private protected override FlowSession OpenSession()
    {
        FlowSession session = base.OpenSession();
        session.Set("runs", _runs);
        return session;
    }

    [Theory]
    [InlineData(1, "Invoke-Flow { %body% }")]
    [InlineData(1, "Start-Subflow { %body% }")]
    [InlineData(3, "1..3 | Start-Subflow { %body% } -Parallel -ThrottleLimit 3")]
    [InlineData(2, "1..500 | Start-Subflow { %body% } -Parallel -ThrottleLimit 2")]
    [InlineData(4, "Invoke-Flow { 1..2 | Start-Subflow { 1..2 | Start-Subflow { %body% } -Parallel -ThrottleLimit 2 } -Parallel -ThrottleLimit 2 }")]
    [InlineData(1, "Invoke-Flow { Start-Subflow { Invoke-Flow { %body% } } -Parallel }")]
    [InlineData(1, "Invoke-Flow { $null = Start-Subflow { %body% } -AsJob }")]
    [InlineData(1, "& { 1; $upstream.ArriveAndWait() } | Start-Subflow { %body% } -Parallel", true)]
    public void Ctrl_C_ends_what_runs_and_its_finally_blocks_run(int bodies, string call, bool upstreamWaits = false)
    {
        using var gate = new Gate(bodies);
        using var ended = new Gate(bodies);
        using var upstream = new Gate();
        Session.Set("gate", gate);
        Session.Set("ended", ended);
        Session.Set("upstream", upstream);

        using var script = new RunningScript(Session, call.Replace("%body%", Body, StringComparison.Ordinal));
        gate.WaitForArrivals();
        if (upstreamWaits)
        {
            upstream.WaitForArrivals();
            upstream.Open();
        }

        script.Stop();

        ended.WaitForArrivals();
        AssertNothingRuns();
        Assert.Equal("alive", Assert.Single(Values("(Start-Subflow { 'alive' } -Parallel).Result")));
    }

    [Theory]
    [InlineData(1, 1, "Invoke-Flow { %body% }")]
    [InlineData(3, 3, "1..3 | Start-Subflow { %body% } -Parallel -ThrottleLimit 3")]
    [InlineData(2, 40, "& { 1..40; $all.Arrive() } | Start-Subflow { %body% } -Parallel -ThrottleLimit 2")]
    [InlineData(4, 7, "Invoke-Flow { 1..2 | Start-Subflow { 1..2 | Start-Subflow { %body% } -Parallel -ThrottleLimit 2 } -Parallel -ThrottleLimit 2 }")]
    [InlineData(1, 3, "Invoke-Flow { Start-Subflow { Invoke-Flow { %body% } } -Parallel }")]
    [InlineData(2, 3, "Invoke-Flow { 1..2 | Invoke-FlowTask t { %body% } -Parallel -ThrottleLimit 2 }")]
    public void Ctrl_C_says_how_many_runs_it_has_cancelled(int bodies, int cancelled, string call)
    {
        using var gate = new Gate(bodies);
        using var ended = new Gate(bodies);
        using var all = new Gate();
        Session.Set("gate", gate);
        Session.Set("ended", ended);
        Session.Set("all", all);
        using (var script = new RunningScript(Session, call.Replace("%body%", Body, StringComparison.Ordinal)))
        {
            gate.WaitForArrivals();
            if (call.Contains("$all", StringComparison.Ordinal))
            {
                // Runs that have not been added yet are not cancelled.
                all.WaitForArrivals();
            }

            Session.Host.TakeText();
            script.Stop();
            script.WaitForEnd();
        }

        Assert.Contains($"| The command was stopped: {cancelled} {(cancelled == 1 ? "run was" : "runs were")} cancelled.", Session.Host.TakeText(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_cancelled_otherwise_is_not_counted()
    {
        using var gate = new Gate();
        using var ended = new Gate();
        Session.Set("gate", gate);
        Session.Set("ended", ended);
        using (var script = new RunningScript(Session, $"Invoke-Flow {{ 1..9 | Start-Subflow {{ $_ }} -First 1 -Parallel; {Body} }}"))
        {
            gate.WaitForArrivals();
            script.Stop();
            script.WaitForEnd();
        }

        Assert.Contains("| The command was stopped: 1 run was cancelled.", Session.Host.TakeText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Invoke-Flow { %body% } -InformationAction Ignore")]
    [InlineData("& { $InformationPreference = 'Ignore'; Invoke-Flow { %body% } }")]
    public void It_says_nothing_where_log_lines_are_not_wanted(string call)
    {
        using var gate = new Gate();
        using var ended = new Gate();
        Session.Set("gate", gate);
        Session.Set("ended", ended);
        using (var script = new RunningScript(Session, call.Replace("%body%", Body, StringComparison.Ordinal)))
        {
            gate.WaitForArrivals();
            script.Stop();
            script.WaitForEnd();
        }

        Assert.DoesNotContain("cancelled", Session.Host.TakeText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_interrupts_an_endless_loop()
    {
        using var gate = new Gate(2);
        Session.Set("gate", gate);

        using var script = new RunningScript(Session, "1..2 | Start-Subflow { $runs.Add($FlowRun); $gate.Arrive(); while ($true) { } } -Parallel -ThrottleLimit 2");
        gate.WaitForArrivals();
        script.Stop();

        AssertNothingRuns();
    }

    [Fact]
    public void Ctrl_C_ends_a_NET_call_that_listens_to_the_run_s_token()
    {
        using var gate = new Gate();
        using var ended = new Gate();
        Session.Set("gate", gate);
        Session.Set("ended", ended);

        using var script = new RunningScript(
            Session,
            "Start-Subflow { $runs.Add($FlowRun); $token = $FlowRun.CancellationToken; $gate.Arrive(); try { $null = $token.WaitHandle.WaitOne() } finally { $ended.Arrive() } } -Parallel");
        gate.WaitForArrivals();
        script.Stop();

        ended.WaitForArrivals();
        AssertNothingRuns();
    }

    [Fact]
    public async Task Ctrl_C_while_the_results_are_being_read_ends_the_rest()
    {
        using var reading = new Gate();
        Session.Set("reading", reading);

        using var script = new RunningScript(Session, "1..2000 | Start-Subflow { $runs.Add($FlowRun); $_ } -Parallel | ForEach-Object { $reading.ArriveAndWait() }");
        reading.WaitForArrivals();
        Task stopping = Task.Run(script.Stop);
        reading.Open();
        await stopping.WaitAsync(TimeSpan.FromSeconds(60));

        AssertNothingRuns();
    }

    [Fact]
    public void A_worker_stuck_in_a_NET_call_is_given_up_and_not_used_again()
    {
        using var stuck = new Gate();
        using var ended = new Gate();
        Session.Set("stuck", stuck);
        Session.Set("ended", ended);
        Session.Set("limit", new TimeLimit(stuck));

        ScriptResult result = Run("""
            Start-Subflow { try { $limit.EndsOnArrival($FlowRun); $stuck.ArriveAndWait() } finally { $ended.Arrive() } } -Parallel -TimeoutSeconds 600
            (Start-Subflow { 'next' } -Parallel).Result
            """);

        Assert.Equal("TimedOut", result.State.Name);
        Assert.Contains("was abandoned", result.State.Message, StringComparison.Ordinal);
        Assert.Equal("next", result.Output[^1]);
        WorkerPool pool = RunspaceContext.Of(Session.Runspace)!.Pool;
        Assert.Equal(1, pool.Count);

        // When it is released, it runs its finally block and ends by itself.
        stuck.Open();
        ended.WaitForArrivals();
        Assert.True(SpinWait.SpinUntil(() => pool.Count == 1, TimeSpan.FromSeconds(60)));
    }

    private void AssertNothingRuns()
    {
        Assert.NotEmpty(_runs);
        Assert.All(_runs, run => Assert.True(run.State.IsFinal, $"Run '{run.Name}' is {run.State}."));
    }
}
