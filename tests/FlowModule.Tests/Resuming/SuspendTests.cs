using FlowModule.Tests.Support;

namespace FlowModule.Tests.Resuming;

public class SuspendTests : ResumeTest
{
    [Fact]
    public void A_body_suspends_its_run_and_Resume_goes_on_without_running_again_what_completed()
    {
        Run("$left = [pscustomobject]@{ Value = 1 }");
        ScriptResult suspended = Run($$"""
            New-Flow {{Unique}} -RunName {{Unique}} -OnFailure { $log.Add('failure') } -OnCancellation { $log.Add('cancelled') } {
                $x = Invoke-FlowTask once { $log.Add('once'); 1 }
                if ($left.Value-- -gt 0) { try { Suspend-FlowRun; $log.Add('not reached') } catch { $log.Add('caught') } finally { $log.Add('finally') } }
                "x is $x"
            } | Invoke-Flow
            """).Clean();

        Assert.Equal(["once", "finally"], TakeLog());
        Assert.Equal((StateType.Paused, "Suspended", false), (suspended.State.Type, suspended.State.Name, suspended.State.IsFinal));
        ScriptResult resumed = Run($"Resume-FlowRun {Unique}").Clean();
        Assert.Empty(TakeLog());
        Assert.Equal("x is 1", resumed.Result);
    }

    [Fact]
    public void From_a_task_in_a_parallel_subflow_the_whole_flow_run_is_suspended()
    {
        Run("$left = [pscustomobject]@{ Value = $true }");
        ScriptResult suspended = Run($$"""
            New-Flow {{Unique}} -RunName {{Unique}} {
                1..3 | Start-Subflow -Parallel -ThrottleLimit 3 -Flow { Invoke-FlowTask deep { if ($_ -eq 2 -and $left.Value) { Suspend-FlowRun }; $_ } -InputObject $_ }
            } | Invoke-Flow
            """);

        Assert.Equal("Suspended", suspended.State.Name);
        Assert.Empty(suspended.Errors);
        ScriptResult resumed = Run($"$left.Value = $false; Resume-FlowRun {Unique} | Receive-FlowResult").Clean();
        Assert.Equal([1, 2, 3], resumed.Output.Order());
    }

    [Fact]
    public void Nothing_inside_of_a_suspended_run_is_undone_or_told_that_it_was_cancelled()
    {
        string sub = $$"""Start-Subflow -OnCancellation { $log.Add('cancelled') } -Flow { Invoke-FlowTask made { $log.Add('made') } -OnRollback { $log.Add('undone') }; if ([FlowModule.Tests.Support.Tally]::Up('{{Unique}}') -eq 1) { Suspend-FlowRun } }""";
        Run($$"""New-Flow {{Unique}} -RunName {{Unique}} { {{sub}} } | Invoke-Flow""").Clean();
        Assert.Equal(["made"], TakeLog());
        Assert.Equal("All states completed.", Run($"Resume-FlowRun {Unique}").Clean().State.Message);
        Assert.Empty(TakeLog());
    }

    [Fact]
    public void A_run_of_this_process_and_one_that_a_request_reaches_are_suspended_from_elsewhere()
    {
        using FlowSession other = OtherSession();
        using var gate = new Gate();
        Session.Set("gate", gate);
        using var running = new RunningScript(Session, $$"""New-Flow {{Unique}} -RunName {{Unique}} { $gate.Arrive(); try { Start-Sleep 600 } finally { $log.Add('finally') } } | Invoke-Flow""");
        gate.WaitForArrivals();
        other.Run($"Suspend-FlowRun {Unique} -WhatIf").Clean();
        other.Run($"Suspend-FlowRun {Unique}").Clean();
        running.WaitForEnd();

        Assert.Equal("Suspended", Assert.IsType<FlowState>(Assert.Single(running.Output)).Name);
        Assert.Equal(["finally"], TakeLog());
        Assert.Equal("FlowRunNotSuspendable,FlowModule.Commands.SuspendFlowRunCommand", other.Run($"Suspend-FlowRun {Unique}").OnlyError.FullyQualifiedErrorId);
    }

    [Fact]
    public void A_run_that_is_over_is_refused_however_it_is_named()
    {
        Run($$"""$state = New-Flow {{Unique}} -RunName {{Unique}} { 1 } | Invoke-Flow""").Clean();

        Assert.All(
            ["$state | Suspend-FlowRun", "$state.Run | Suspend-FlowRun", $"Get-FlowRun {Unique} | Suspend-FlowRun", $"Suspend-FlowRun {Unique}"],
            call => Assert.Equal("FlowRunNotSuspendable,FlowModule.Commands.SuspendFlowRunCommand", Run(call).OnlyError.FullyQualifiedErrorId));
    }

    [Fact]
    public void Outside_of_a_run_there_is_nothing_to_suspend() =>
        Assert.Equal("FlowRunMissing,FlowModule.Commands.SuspendFlowRunCommand", Run("Suspend-FlowRun").OnlyError.FullyQualifiedErrorId);
}
