using FlowModule.Tests.Support;

namespace FlowModule.Tests.Stopping;

/// <summary>Runs in the background, and runs stopped from outside.</summary>
public sealed class JobAndStopTests : FlowTest
{
    [Fact]
    public void A_job_gives_states_and_records_to_Receive_Job()
    {
        ScriptResult result = Run("""
            $job = 1..3 | Start-Subflow { Write-Host "host $_"; $_ } -Parallel -ThrottleLimit 2 -KeepOrder -AsJob
            $null = $job | Wait-Job
            "$($job.State) $($job.HasMoreData)"
            Receive-Job $job | Receive-FlowResult
            """).Clean();

        Assert.Equal(["Completed True", 1, 2, 3], result.Output);
        Assert.Equal(["host 1", "host 2", "host 3"], result.Lines.Order());
    }

    [Theory]
    [InlineData("Invoke-Flow { throw 'x' } -AsJob", "Failed")]
    [InlineData("Start-Subflow { 1 } -AsJob", "Completed")]
    [InlineData("Invoke-Flow { $FlowRun.Name } -AsJob", "Completed")]
    public void A_job_ends_in_the_state_of_its_runs(string call, string state)
    {
        Assert.Equal([state], Values($"$job = {call}; $null = $job | Wait-Job; \"$($job.State)\""));
    }

    [Fact]
    public void What_a_run_failed_with_is_the_reason_of_its_job_and_written_once()
    {
        ScriptResult result = Run("""
            $job = Invoke-Flow { throw [System.IO.FileNotFoundException]::new('no such thing') } -AsJob
            $null = $job | Wait-Job
            $reason = $job.JobStateInfo.Reason
            "$($reason.GetType().Name): $($reason.Message)"; $job.Error.Count; $job.ChildJobs.Count
            $job | Receive-Job -ErrorAction SilentlyContinue -ErrorVariable errors | ForEach-Object Name
            "$errors"
            """);

        Assert.Equal(["FileNotFoundException: no such thing", 0, 0, "Failed", "no such thing"], result.Output);
    }

    [Fact]
    public void Each_subflow_is_a_child_job_with_its_state_its_reason_and_its_streams()
    {
        object?[] output = Values("""
            $job = 1..3 | Start-Subflow { Write-Warning "of $_"; if ($_ -eq 2) { throw "no $_" }; $_ } -Parallel -ThrottleLimit 3 -AsJob -WarningAction Ignore
            $null = $job | Wait-Job
            "$($job.State) $($job.ChildJobs.Count) $($job.HasMoreData) $($null -eq $job.JobStateInfo.Reason)"
            $job.ChildJobs | ForEach-Object { "$($_.State) $($_.JobStateInfo.Reason.Message) $($_.Warning -replace $_.Name, 'its-name') $($_.Output.Run.Name -eq $_.Name)" }
            $job.ChildJobs[2] | Receive-Job | Receive-FlowResult
            """);

        Assert.Equal(["Failed 3 True True", "Completed  [its-name (1)] of 1 True", "Failed no 2 [its-name (2)] of 2 True", "Completed  [its-name (3)] of 3 True", 3], output);
    }

    [Fact]
    public void A_child_job_is_stopped_alone_and_StopJob_says_why()
    {
        using var here = new Gate(3);
        using var ended = new Gate(3);
        Session.Set("here", here);
        Session.Set("ended", ended);

        Values("$job = 1..3 | Start-Subflow { try { $here.Arrive(); Start-Sleep -Seconds 600 } finally { $ended.Arrive() } } -Parallel -ThrottleLimit 3 -AsJob");
        here.WaitForArrivals();
        object?[] output = Values("""
            $job.ChildJobs[1].StopJob($true, 'too slow')
            "$($job.ChildJobs.State) $($job.State)"
            $job.ChildJobs[1].Output[0].Message -replace $job.ChildJobs[1].Name, 'two'
            $stopped = [System.Threading.ManualResetEventSlim]::new()
            Register-ObjectEvent $job StopJobCompleted -Action ({ $event.MessageData.Set() }) -MessageData $stopped | Out-Null
            $job.StopJobAsync()
            while (-not $stopped.Wait(50)) { }
            "$($job.ChildJobs.State) $($job.State)"
            @($job | Receive-Job -ErrorAction Stop).Count
            """);

        ended.WaitForArrivals();
        Assert.Equal(["Running Stopped Running Running", "Job 'two' was stopped: too slow", "Stopped Stopped Stopped Stopped", 3], output);
    }

    [Theory]
    [InlineData("$job.SuspendJob()")]
    [InlineData("$job.ResumeJobAsync()")]
    [InlineData("$job.StartJob()")]
    public void What_a_job_of_runs_cannot_do_says_what_can(string call) => Assert.Equal(["NotSupportedException True"], Values($$"""
        $job = Invoke-Flow { 1 } -AsJob | Wait-Job
        try { {{call}} } catch { "$($_.Exception.InnerException.GetType().Name) $($_.Exception.Message -like '*Suspend-FlowRun*')" }
        """));

    [Fact]
    public void Stop_Job_ends_the_runs_and_their_finally_blocks_run()
    {
        using var here = new Gate(2);
        using var ended = new Gate(2);
        Session.Set("here", here);
        Session.Set("ended", ended);

        Values("$job = 1..2 | Start-Subflow { try { $here.Arrive(); Start-Sleep -Seconds 600 } finally { $ended.Arrive() } } -Parallel -ThrottleLimit 2 -AsJob");
        here.WaitForArrivals();
        object?[] output = Run("Stop-Job $job; \"$($job.State)\"; (Receive-Job $job -ErrorAction SilentlyContinue).Name").Output;

        ended.WaitForArrivals();
        Assert.Equal(["Stopped", "Cancelled", "Cancelled"], output);
    }

    [Theory]
    [InlineData("Stop-FlowRun -Name $name")]
    [InlineData("Stop-FlowRun stop-m*")]
    [InlineData("Stop-FlowRun -Id $id")]
    [InlineData("$run | Stop-FlowRun")]
    public void A_run_is_stopped_by_name_pattern_id_or_object_and_its_children_with_it(string stop)
    {
        using var here = new Gate(2);
        using var ended = new Gate(3);
        Session.Set("here", here);
        Session.Set("ended", ended);

        Values("""
            $flow = New-Flow parent -RunName 'stop-me' {
                try {
                    1..2 | Start-Subflow { try { $here.Arrive(); Start-Sleep -Seconds 600 } finally { $ended.Arrive() } } -Parallel -ThrottleLimit 2
                } finally { $ended.Arrive() }
            }
            $job = Invoke-Flow $flow -AsJob
            """);
        here.WaitForArrivals();
        FlowRun run = Assert.Single(FlowRuns.Active, run => run.Name == "stop-me");
        Session.Set("run", run);
        Session.Set("id", run.Id);
        Session.Set("name", run.Name);
        Values(stop);

        ended.WaitForArrivals();
        FlowState state = Assert.IsType<FlowState>(Assert.Single(Run("$null = $job | Wait-Job; Receive-Job $job -ErrorAction SilentlyContinue").Output));
        Assert.Equal((StateType.Cancelled, "Stopped by Stop-FlowRun."), (state.Type, state.Message));
        Assert.Equal([StateType.Pending, StateType.Running, StateType.Cancelling, StateType.Cancelled], state.Run.States.Select(past => past.Type));
    }

    [Theory]
    [InlineData("Stop-FlowRun 'no[where'", "FlowRunNotFound,FlowModule.Commands.StopFlowRunCommand")]
    [InlineData("Get-Flow 'no[where'", "FlowNotFound,FlowModule.Commands.GetFlowCommand")]
    [InlineData("Remove-Flow 'no[where'", "FlowNotFound,FlowModule.Commands.RemoveFlowCommand")]
    public void A_name_with_one_bracket_is_a_name_and_no_pattern(string find, string errorId)
    {
        // The run exists, so that Stop-FlowRun can compare with it.
        ScriptResult result = Run($"$null = New-Flow f {{ {find} }}; Invoke-Flow f");

        Assert.Equal(errorId, Assert.Single(result.Errors).FullyQualifiedErrorId);
    }

    [Fact]
    public void A_run_whose_worker_is_closed_by_others_crashes_and_the_worker_is_replaced()
    {
        ScriptResult result = Run("1..3 | Start-Subflow { if ($_ -eq 1) { [runspace]::DefaultRunspace.CloseAsync(); Start-Sleep 30 }; $_ } -Parallel -ThrottleLimit 1");

        Assert.Equal([StateType.Crashed, StateType.Completed, StateType.Completed], result.Output.Cast<FlowState>().Select(state => state.Type));
    }

    [Fact]
    public void Stopping_a_run_that_is_not_there_says_so()
    {
        ScriptResult result = Run("Stop-FlowRun nobody-here");

        Assert.StartsWith("FlowRunNotFound", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flow_waits_for_the_jobs_that_it_started_and_counts_their_states()
    {
        ScriptResult result = Run("""
            Invoke-Flow { $null = 1..2 | Start-Subflow { if ($_ -eq 2) { throw 'two' } } -Parallel -AsJob } -ErrorAction SilentlyContinue
            """);

        Assert.Equal((StateType.Failed, "1/2 states failed."), (result.State.Type, Counted.States(result.State.Message)));
    }

    [Fact]
    public void WhatIf_runs_nothing()
    {
        ScriptResult result = Run("""
            Invoke-Flow { throw 'ran' } -WhatIf
            1..2 | Start-Subflow { throw 'ran' } -Parallel -WhatIf
            Start-Subflow { throw 'ran' } -AsJob -WhatIf
            """).Clean();

        Assert.Equal(3, result.Output.OfType<FlowPlan>().Count());
        Assert.Equal(3, result.Output.Length);
    }
}
