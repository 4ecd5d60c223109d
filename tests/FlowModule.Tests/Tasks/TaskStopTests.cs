using System.Collections.Concurrent;
using FlowModule.Engine.Workers;
using FlowModule.Sessions;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Tasks;

/// <summary>Ctrl+C, Stop-FlowRun and timeouts also end tasks, and nothing is left.</summary>
public sealed class TaskStopTests : FlowTest
{
    private const string Body = "try { $runs.Add($TaskRun); $here.Arrive(); Start-Sleep -Seconds 600 } finally { $ended.Arrive() }";

    private readonly ConcurrentBag<FlowRun> _runs = [];

    [Theory]
    [InlineData(1, "Invoke-FlowTask t { %body% }")]
    [InlineData(1, "Invoke-Flow { Invoke-FlowTask t { %body% } }")]
    [InlineData(1, "Invoke-Flow { Invoke-FlowTask t { %body% } -TimeoutSeconds 600 }")]
    [InlineData(1, "Invoke-Flow { Invoke-FlowTask outer { Invoke-FlowTask t { %body% } } }")]
    [InlineData(2, "1..500 | Invoke-FlowTask t { %body% } -Parallel -ThrottleLimit 2")]
    [InlineData(2, "Invoke-Flow { 1..500 | Invoke-FlowTask t { %body% } -Parallel -ThrottleLimit 2 }")]
    [InlineData(2, "Invoke-Flow { 1..2 | Start-FlowTask t { %body% } | Receive-FlowTask }")]
    [InlineData(2, "Invoke-Flow { $null = 1..2 | Start-FlowTask t { %body% } }")]
    [InlineData(1, "Invoke-Flow { $null = Start-FlowTask outer { $null = Start-FlowTask t { %body% } } }")]
    [InlineData(1, "Invoke-Flow { $null = Start-FlowTask t { %body% } | Wait-FlowTask -TimeoutSeconds 600 }")]
    [InlineData(1, "Start-Subflow { Start-FlowTask t { %body% } | Receive-FlowTask } -Parallel")]
    [InlineData(1, "Start-Subflow { Invoke-FlowTask t { %body% } } -Parallel")]
    [InlineData(1, "New-Flow f -TaskRunner Sequential { Start-FlowTask t { %body% } } | Invoke-Flow")]
    public void Ctrl_C_ends_them_and_their_finally_blocks_run(int bodies, string call)
    {
        using var here = new Gate(bodies);
        using var ended = new Gate(bodies);
        Open(here, ended);

        using (var script = new RunningScript(Session, call.Replace("%body%", Body, StringComparison.Ordinal)))
        {
            here.WaitForArrivals();
            script.Stop();
        }

        ended.WaitForArrivals();
        Assert.NotEmpty(_runs);
        Assert.All(_runs, run => Assert.Equal(StateType.Cancelled, run.State.Type));
        Assert.Equal("alive", Value("Invoke-Flow { Invoke-FlowTask t { 'alive' } } | Receive-FlowResult"));
        AssertNoWorkerIsLeft();
    }

    [Fact]
    public void Ctrl_C_while_a_result_is_waited_for_leaves_tasks_outside_of_a_flow_alone()
    {
        using var here = new Gate();
        using var ended = new Gate();
        Open(here, ended);

        using (var script = new RunningScript(Session, $"$task = Start-FlowTask t {{ {Body} }}; Receive-FlowTask $task"))
        {
            here.WaitForArrivals();
            script.Stop();
        }

        Assert.Equal(["Running", "Cancelled"], Values("$task.State.Name; Stop-FlowRun -InputObject $task; (Wait-FlowTask $task).State.Name"));
        ended.WaitForArrivals();
    }

    [Theory]
    [InlineData("Invoke-Flow")]
    [InlineData("Start-Subflow -Parallel")]
    public void Stop_FlowRun_on_a_task_cancels_it_and_the_flow_goes_on(string way)
    {
        using var here = new Gate();
        using var ended = new Gate();
        Open(here, ended);

        Assert.Equal(["Cancelled", "FlowRunCancelled"], Values($$"""
            {
                $task = Start-FlowTask t { {{Body}} }
                $waiter.OpenWhenAllAreThere()
                Stop-FlowRun -InputObject $task
                $null = Wait-FlowTask $task
                $task.State.Name
                try { Receive-FlowTask $task } catch { $_.FullyQualifiedErrorId.Split(',')[0] }
            } | {{way}} | Receive-FlowResult
            """));
        ended.WaitForArrivals();
    }

    [Theory]
    [InlineData("Start-FlowTask t { %body% } | Receive-FlowTask")]
    [InlineData("$null = Start-FlowTask t { %body% }")]
    [InlineData("Invoke-FlowTask t { %body% }")]
    [InlineData("1 | Invoke-FlowTask t { %body% } -Parallel")]
    public void Stop_FlowRun_on_the_flow_ends_its_tasks(string call)
    {
        using var here = new Gate();
        using var ended = new Gate();
        Open(here, ended);

        Values($"$job = New-Flow f -RunName stop-with-tasks {{ {call.Replace("%body%", Body, StringComparison.Ordinal)} }} | Invoke-Flow -AsJob");
        here.WaitForArrivals();
        object?[] output = Run("Stop-FlowRun stop-with-tasks; $null = $job | Wait-Job; (Receive-Job $job -ErrorAction SilentlyContinue).Name").Output;

        ended.WaitForArrivals();
        Assert.Equal(["Cancelled"], output);
        Assert.All(_runs, run => Assert.Equal(StateType.Cancelled, run.State.Type));
    }

    [Theory]
    [InlineData("Start-FlowTask t { %body% } | Receive-FlowTask")]
    [InlineData("$null = Start-FlowTask t { %body% }")]
    [InlineData("Invoke-FlowTask t { %body% }")]
    [InlineData("1 | Invoke-FlowTask t { %body% } -Parallel")]
    [InlineData("Start-FlowTask outer { Invoke-FlowTask t { %body% } } | Receive-FlowTask")]
    public void The_timeout_of_the_flow_ends_its_tasks(string call)
    {
        foreach (string way in new[] { "Invoke-Flow $flow", "Start-Subflow $flow", "Start-Subflow $flow -Parallel" })
        {
            using var here = new Gate();
            using var ended = new Gate();
            Open(here, ended);

            ScriptResult result = Run($"$flow = New-Flow f -TimeoutSeconds 600 {{ $limit.EndsOnArrival($FlowRun); {call.Replace("%body%", Body, StringComparison.Ordinal)} }}; {way}; 'on'");
            ended.WaitForArrivals();
            Assert.Equal("TimedOut", result.State.Name);
            Assert.Equal("on", result.Output[^1]);
        }

        Assert.All(_runs, run => Assert.Equal(StateType.Cancelled, run.State.Type));
    }

    [Theory]
    [InlineData("Invoke-FlowTask t { Start-Sleep 600 } -TimeoutSeconds 0.05")]
    [InlineData("1 | Invoke-FlowTask t { Start-Sleep 600 } -TimeoutSeconds 0.05 -Parallel")]
    [InlineData("Start-FlowTask t { Start-Sleep 600 } -TimeoutSeconds 0.05 | Receive-FlowTask")]
    [InlineData("Invoke-FlowTask t { while ($true) { } } -TimeoutSeconds 0.05")]
    [InlineData("Invoke-FlowTask t { /bin/sleep 600 } -TimeoutSeconds 0.05")]
    public void The_timeout_of_a_task_is_its_failure_and_the_flow_goes_on(string call) =>
        Assert.Equal(["FlowRunTimedOut Task run exceeded its timeout of 0.05 second(s).", "on"], Values($$"""
            Invoke-Flow {
                try { {{call}}; 'reached' } catch { "$($_.FullyQualifiedErrorId.Split(',')[0]) $($_.Exception.Run.State.Message)" }
                'on'
            } | Receive-FlowResult
            """));

    private void Open(Gate here, Gate ended)
    {
        Session.Set("runs", _runs);
        Session.Set("here", here);
        Session.Set("ended", ended);
        Session.Set("waiter", new Opener(here));
        Session.Set("limit", new TimeLimit(here));
    }

    private void AssertNoWorkerIsLeft()
    {
        WorkerPool pool = RunspaceContext.Of(Session.Runspace)!.Pool;
        Session.Runspace.Close();
        Assert.True(SpinWait.SpinUntil(() => pool.Count == 0, TimeSpan.FromSeconds(60)), $"{pool.Count} workers are left.");
    }
}
