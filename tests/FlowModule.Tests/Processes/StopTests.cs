using System.Diagnostics;
using System.Management.Automation;
using FlowModule.Processes;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Processes;

/// <summary>A stop reaches the other process, its finally blocks and everything that it started; what does not stop is killed.</summary>
public sealed class StopTests : ProcessTest
{
    [Fact]
    public void A_stopped_run_runs_its_finally_blocks_and_its_process_lives_on()
    {
        using var gate = new ProcessGate();
        string left = Path.Combine(Folder.FullPath, "finally");
        Session.Set("left", left);
        using var script = new RunningScript(Session, $$"""
            Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { try { {{gate.Arrive}} Start-Sleep 3600 } finally { [IO.File]::WriteAllText($left, "$PID") } }
            """);
        int id = gate.WaitForArrival();
        script.Stop();

        Assert.Equal($"{id}", File.ReadAllText(left));
        using var process = System.Diagnostics.Process.GetProcessById(id);
        Assert.False(process.HasExited);
    }

    [Fact]
    public void Stop_FlowRun_cancels_a_run_in_another_process()
    {
        using var gate = new ProcessGate();
        using var script = new RunningScript(Session, $$"""
            Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 (New-Flow stopped { {{gate.Arrive}} Start-Sleep 3600 }) -ErrorAction SilentlyContinue
            """);
        gate.WaitForArrival();
        Assert.Single(FlowRuns.Active, run => run.FlowName == "stopped").Stop(new(FlowModule.Engine.Runs.StopKind.Cancelled, "Enough."));
        script.WaitForEnd();

        var state = (FlowState)Assert.Single(script.Output)!;
        Assert.Equal((StateType.Cancelled, "Enough."), (state.Type, state.Message));
    }

    [Fact]
    public void A_body_can_stop_its_own_run()
    {
        ScriptResult result = Run("Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { Stop-FlowRun -InputObject $FlowRun; Start-Sleep 3600 }");

        Assert.Equal((StateType.Cancelled, "Stopped by Stop-FlowRun."), (result.State.Type, result.State.Message));
        Assert.StartsWith("FlowRunCancelled", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_whose_time_is_up_is_stopped_in_its_process()
    {
        using var gate = new ProcessGate();
        string left = Path.Combine(Folder.FullPath, "finally");
        Session.Set("left", left);
        using var script = new RunningScript(Session, $$"""
            Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 (New-Flow late { try { {{gate.Arrive}} Start-Sleep 3600 } finally { [IO.File]::WriteAllText($left, 'done') } })
            """);
        gate.WaitForArrival();
        TimeOut("late");
        script.WaitForEnd();

        FlowState state = Assert.Single(script.Output.OfType<FlowState>());
        Assert.Equal((StateType.Failed, "TimedOut"), (state.Type, state.Name));
        Assert.StartsWith("FlowRunTimedOut", Assert.Single(script.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("done", File.ReadAllText(left));
    }

    [Fact]
    public void The_runs_token_fires_in_its_process()
    {
        using var gate = new ProcessGate();
        using var script = new RunningScript(Session, $$"""
            Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 (New-Flow listens {
                try { {{gate.Arrive}} [System.Threading.Tasks.Task]::Delay(-1, $FlowRun.CancellationToken).Wait() } finally { Write-Host ended }
            }) 6>&1
            """);
        gate.WaitForArrival();
        TimeOut("listens");
        script.WaitForEnd();

        Assert.Equal("TimedOut", Assert.Single(script.Output.OfType<FlowState>()).Name);
        Assert.Single(script.Output.OfType<InformationRecord>(), record => record.MessageData.ToString() == "ended");
    }

    [Fact]
    public void A_body_that_does_not_stop_is_ended_with_its_process_and_what_that_has_started()
    {
        var fifo = new Fifo(Folder);
        Session.Set("fifo", fifo.FullPath);
        using var gate = new ProcessGate();

        // A finally block cannot be stopped; otherwise the stop might come between the arrival and the wait.
        using var script = new RunningScript(Session, $$"""
            1..2 | Start-Subflow -Parallel -Isolation Process (New-Flow stuck {
                if ($_ -eq 1) { /bin/sh -c "sleep 3600 > '$fifo' 2>/dev/null &"; try { } finally { {{gate.ArriveAndWait}} } }; $PID
            }) -ThrottleLimit 1 -ErrorAction SilentlyContinue
            """);
        fifo.WaitForWriter();
        int id = gate.WaitForArrival();
        TimeOut("stuck");
        gate.WaitForDeath();
        fifo.WaitForEnd();
        script.WaitForEnd();

        FlowState[] states = [.. script.Output.Cast<FlowState>()];
        Assert.Equal("TimedOut", states[0].Name);
        Assert.Contains("its process was ended", states[0].Message, StringComparison.Ordinal);
        Assert.Equal(StateType.Completed, states[1].Type);
        Assert.NotEqual(id, states[1].Result);
    }

    [Fact]
    public void A_stop_reaches_the_subflows_that_run_in_the_other_process()
    {
        using var gate = new ProcessGate();
        Session.Set("folder", Folder.FullPath);
        using var script = new RunningScript(Session, $$"""
            Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 {
                1..2 | Start-Subflow { $n = $_; try { {{gate.Arrive}} Start-Sleep 3600 } finally { [IO.File]::WriteAllText("$folder/$n", 'done') } } -Parallel -ThrottleLimit 2
            }
            """);
        gate.WaitForArrival();
        gate.WaitForArrival();
        script.Stop();

        Assert.Equal("donedone", File.ReadAllText(Folder.FullPath + "/1") + File.ReadAllText(Folder.FullPath + "/2"));
    }

    [Fact]
    public void A_process_ends_with_the_session_that_it_works_for()
    {
        using var gate = new ProcessGate();
        Values($$"""$null = Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { {{gate.Arrive}} }""");
        gate.WaitForArrival();
        Session.Dispose();

        gate.WaitForDeath();
    }

    [Fact]
    public void A_process_that_is_told_to_end_lets_its_body_finish_and_is_replaced()
    {
        ScriptResult result = Run("""
            Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { try { /bin/kill -TERM $PID; Start-Sleep 3600 } finally { Write-Host 'in finally' } }
            Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { 'next' }
            """);

        Assert.Equal([StateType.Cancelled, StateType.Completed], result.States.Select(state => state.Type));
        Assert.Equal(["in finally"], result.Lines);
    }

    [Fact]
    public void A_process_whose_parent_is_killed_runs_its_finally_blocks_and_ends_with_what_it_has_started()
    {
        var fifo = new Fifo(Folder);
        using var gate = new ProcessGate();
        string script = Folder.Write("parent.ps1", $$"""
            Import-Module '{{typeof(ProcessTest).Assembly.Location}}'
            $folder = $PSScriptRoot
            Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { try { /bin/sh -c "sleep 3600 > '{{fifo.FullPath}}' 2>/dev/null &"; {{gate.Arrive}} Start-Sleep 3600 } finally { [IO.File]::WriteAllText("$folder/finally", 'done') } }
            """);
        var start = new ProcessStartInfo("dotnet", [FlowHost, "run", script]);
        start.Environment.Remove(WorkerCommand.Variable);
        using var parent = Process.Start(start)!;
        fifo.WaitForWriter();
        Assert.NotEqual(parent.Id, gate.WaitForArrival());
        parent.Kill();

        gate.WaitForDeath();
        fifo.WaitForEnd();
        Assert.Equal("done", File.ReadAllText(Folder.FullPath + "/finally"));
    }

    // Like a run's timer, but only when the body is where the test wants it, because a process takes time to start.
    private static void TimeOut(string flow) =>
        Assert.Single(FlowRuns.Active, run => run.FlowName == flow).Stop(new(FlowModule.Engine.Runs.StopKind.TimedOut, "Flow run exceeded its timeout."));
}
