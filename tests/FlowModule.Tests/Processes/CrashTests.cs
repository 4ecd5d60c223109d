using System.Diagnostics;
using System.Management.Automation;
using FlowModule.Processes;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Processes;

/// <summary>A dying process ends its run, and nothing else.</summary>
public sealed class CrashTests : ProcessTest
{
    [Fact]
    public void A_body_runs_in_a_process_of_its_own() => Assert.NotEqual(Environment.ProcessId, Result("{ $PID }"));

    [Fact]
    public void A_process_that_fails_fast_crashes_its_run_which_says_why()
    {
        ScriptResult result = Run("Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { [Environment]::FailFast('all is lost') }");

        Assert.Equal(StateType.Crashed, result.State.Type);
        Assert.StartsWith("FlowRunCrashed", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("SIGABRT", result.State.Message, StringComparison.Ordinal);
        Assert.Contains("all is lost", result.State.Message, StringComparison.Ordinal);
        Assert.Contains("all is lost", result.OnlyError.Exception.Message, StringComparison.Ordinal);
        Assert.Same(result.State.Run, result.OnlyError.TargetObject);
    }

    [Fact]
    public void A_process_that_exits_crashes_its_run_with_its_exit_code()
    {
        ScriptResult result = Run("Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { [Console]::Error.WriteLine('last words'); [Environment]::Exit(3) }");

        Assert.Equal(StateType.Crashed, result.State.Type);
        Assert.Contains("exit code 3.", result.State.Message, StringComparison.Ordinal);
        Assert.EndsWith("last words", result.State.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Exit_in_a_body_ends_the_body_only()
    {
        ScriptResult result = Run("1..2 | Start-Subflow -Parallel -Isolation Process { $PID; exit 3 } -ThrottleLimit 1");

        Assert.All(result.States, state => Assert.Equal((StateType.Failed, "Flow run exited with code 3."), (state.Type, state.Message)));
    }

    [Fact]
    public void A_process_that_is_killed_crashes_its_run_and_its_siblings_go_on()
    {
        using var killed = new ProcessGate();
        using var sibling = new ProcessGate();
        Session.Set("stay", sibling.ArriveAndWait);
        using var script = new RunningScript(Session, $$"""
            1..3 | Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { if ($_ -eq 1) { {{killed.ArriveAndWait}} } elseif ($_ -eq 2) { {{sibling.ArriveAndWait}} }; "done $_" } -ErrorAction SilentlyContinue
            """);
        int id = killed.WaitForArrival();
        int other = sibling.WaitForArrival();
        using (var process = Process.GetProcessById(id))
        {
            process.Kill();
        }

        killed.WaitForDeath();
        sibling.Open();
        script.WaitForEnd();

        Assert.NotEqual(id, other);
        FlowState[] states = [.. script.Output.Cast<FlowState>().OrderBy(state => state.Run.InputObject)];
        Assert.Equal([StateType.Crashed, StateType.Completed, StateType.Completed], states.Select(state => state.Type));
        Assert.Contains("SIGKILL", states[0].Message, StringComparison.Ordinal);
        Assert.Equal(["done 2", "done 3"], states[1..].Select(state => $"{state.Result}"));
    }

    [Fact]
    public void The_records_written_before_a_crash_are_kept()
    {
        ScriptResult result = Run("Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { Write-Host one; Write-Warning two; [Environment]::Exit(1) }");

        Assert.Equal(["one"], result.Lines);
        Assert.Equal(["two"], result.Warnings);
    }

    [Fact]
    public void What_a_process_that_died_has_started_ends_with_it()
    {
        var fifo = new Fifo(Folder);
        Session.Set("fifo", fifo.FullPath);
        using var gate = new ProcessGate();
        using var script = new RunningScript(Session, $$"""
            Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { /bin/sh -c "sleep 3600 > '$fifo' 2>/dev/null &"; {{gate.ArriveAndWait}} } -ErrorAction SilentlyContinue
            """);
        fifo.WaitForWriter();
        using (var process = Process.GetProcessById(gate.WaitForArrival()))
        {
            process.Kill();
        }

        script.WaitForEnd();
        fifo.WaitForEnd();
    }

    [Fact]
    public void A_process_that_died_while_idle_is_replaced()
    {
        int first = (int)Result("{ $PID }")!;
        using (var process = Process.GetProcessById(first))
        {
            process.Kill();
            process.WaitForExit();
        }

        Assert.NotEqual(first, Result("{ $PID }"));
    }

    [Fact]
    public void A_host_that_cannot_start_processes_says_so_before_anything_runs()
    {
        Environment.SetEnvironmentVariable(WorkerCommand.Variable, null);
        try
        {
            ScriptResult result = Run("1..2 | Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { 1 }");

            Assert.StartsWith("FlowProcessHostNotFound", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Empty(result.States);
        }
        finally
        {
            Environment.SetEnvironmentVariable(WorkerCommand.Variable, FlowHost);
        }
    }

    [Theory]
    [InlineData("/bin/false", "exit code 1")]
    [InlineData("/no/such/program", "A worker process cannot be started: ")]
    [InlineData("/no/such/program", "'/no/such/program'")]
    public void A_program_that_does_not_start_crashes_the_run(string program, string reason)
    {
        Environment.SetEnvironmentVariable(WorkerCommand.Variable, program);
        try
        {
            ScriptResult result = Run("1..2 | Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { 1 }");

            Assert.Equal(2, result.States.Length);
            Assert.All(result.States, state => Assert.Equal(StateType.Crashed, state.Type));
            Assert.All(result.States, state => Assert.Contains(reason, state.Message, StringComparison.Ordinal));
            Assert.Equal(2, result.Errors.Length);
            Assert.All(result.Errors, static error => Assert.StartsWith("FlowRunCrashed", error.FullyQualifiedErrorId, StringComparison.Ordinal));
        }
        finally
        {
            Environment.SetEnvironmentVariable(WorkerCommand.Variable, FlowHost);
        }
    }
}
