using FlowModule.Tests.Support;

namespace FlowModule.Tests.Stopping;

/// <summary>The messages, waits and refusals of Stop-FlowRun. FlowHost.Tests stops runs of other processes.</summary>
public sealed class StopFlowRunTests : FlowTest
{
    [Fact]
    public void Wait_returns_when_the_finally_blocks_have_run()
    {
        using var here = new Gate();
        Session.Set("here", here);
        Values("$job = Invoke-Flow (New-Flow f -RunName 'waited-for' { try { $here.Arrive(); Start-Sleep 600 } finally { $global:ended = $true; Start-Sleep -Milliseconds 50 } }) -AsJob");
        here.WaitForArrivals();

        FlowRun run = Assert.IsType<FlowRun>(Value("Stop-FlowRun waited-for -Wait -PassThru"));

        Assert.True(run.IsOver);
        Assert.Equal(StateType.Cancelled, run.State.Type);
    }

    [Fact]
    public void A_flow_run_is_stopped_inside_of_an_in_line_task()
    {
        using var here = new Gate();
        Session.Set("here", here);
        using var script = new RunningScript(Session, """
            Invoke-Flow (New-Flow f -RunName 'in-task' { try { Invoke-FlowTask { $here.Arrive(); Start-Sleep 600 } } finally { $global:ended = 'finally' } }) -ErrorAction SilentlyContinue
            """);
        here.WaitForArrivals();
        using var other = new FlowSession();

        other.Values("Stop-FlowRun in-task -Wait");

        script.WaitForEnd();
        Assert.Equal("finally", Session.Get("ended"));
        Assert.Equal(StateType.Cancelled, Assert.IsType<FlowState>(Assert.Single(script.Output)).Type);
    }

    [Theory]
    [InlineData("$state.Run | Stop-FlowRun")]
    [InlineData("$state | Stop-FlowRun")]
    [InlineData("Stop-FlowRun -Id $state.Run.Id")]
    [InlineData("Stop-FlowRun $state.Run.Name")]
    public void One_that_is_over_cannot_be_stopped_and_says_how_it_ended(string stop)
    {
        ScriptResult result = Run($"$state = Invoke-Flow {{ 1 }} -InformationAction Ignore; {stop}");

        Assert.Equal("FlowRunNotActive,FlowModule.Commands.StopFlowRunCommand", result.OnlyError.FullyQualifiedErrorId);
        Assert.Matches("^Run '.+' of 'scriptblock' is not running: it ended Completed at [0-9: -]+\\.$", result.OnlyError.Exception.Message);
    }

    [Theory]
    [InlineData("Stop-FlowRun x -GraceSeconds 3", "FlowGraceWithoutForce")]
    [InlineData("Stop-FlowRun -InputObject 12", "FlowRunExpected")]
    [InlineData("Stop-FlowRun nobody -HistoryPath TestDrive-is-not-there.db", "FlowRunNotFound")]
    [InlineData("Stop-FlowRun -Id 00000000-0000-0000-0000-000000000001", "FlowRunNotFound")]
    public void Bad_input_is_one_error(string stop, string id)
    {
        Assert.StartsWith(id + ",", Run(stop).OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void An_in_line_task_that_is_stopped_alone_says_that_it_goes_on()
    {
        using var here = new Gate();
        Session.Set("here", here);
        Values("$job = Invoke-Flow (New-Flow f -RunName 'around' { Invoke-FlowTask inner { $here.ArriveAndWait() } }) -AsJob");
        here.WaitForArrivals();

        FlowRun task = Assert.IsType<FlowRun>(Value("Stop-FlowRun inner-0 -PassThru"));
        here.Open();
        Values("$null = $job | Wait-Job");

        Assert.Equal(("Cancelled", "Stopped by Stop-FlowRun."), (task.State.Name, task.State.Message));
        Assert.Contains(
            "Task run 'inner-0' was told to stop. It cannot be interrupted alone, because it runs in line in the body of 'around': it is Cancelled when it returns. To end it now, stop 'around'.",
            Values($"(Get-FlowLog -Id {task.Id}).Message"));
    }

    [Fact]
    public void An_in_line_task_that_is_stopped_with_its_flow_says_nothing_of_itself()
    {
        using var here = new Gate();
        Session.Set("here", here);
        Values("$job = Invoke-Flow (New-Flow f -RunName 'around-both' { Invoke-FlowTask inner { $here.Arrive(); Start-Sleep 600 } }) -AsJob");
        here.WaitForArrivals();

        Values("Stop-FlowRun around-both -Wait");

        object?[] lines = Values("(Get-FlowLog -Name around-both).Message");
        Assert.Contains("Cancelled: Parent run 'around-both' was stopped.", lines);
        Assert.DoesNotContain(lines, static line => line is string text && text.Contains("interrupted alone", StringComparison.Ordinal));
    }

    [Fact]
    public void To_look_for_a_run_makes_no_history()
    {
        string path = Path.Combine(Folder.FullPath, "history.db");
        Session.Set("path", path);

        Run("Stop-FlowRun nobody -HistoryPath $path");

        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_run_of_this_process_is_not_forced_by_ending_it()
    {
        using var here = new Gate();
        Session.Set("here", here);
        Values("$job = Invoke-Flow (New-Flow f -RunName 'stuck-here' { $here.ArriveAndWait() }) -AsJob");
        here.WaitForArrivals();

        ScriptResult result = Run("Stop-FlowRun stuck-here -Force -GraceSeconds 0");

        Assert.StartsWith("FlowRunNotForced,", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        here.Open();
        Values("$null = $job | Wait-Job");
    }

    [Fact]
    public void One_whose_process_has_died_is_said_not_to_run()
    {
        using var dead = new DeadHistory();
        Session.Set("path", dead.Path);
        FlowRun run = dead.Leave("died");
        Session.Set("id", run.Id);

        ScriptResult result = Run("Stop-FlowRun -Id $id -HistoryPath $path");

        Assert.StartsWith("FlowRunNotActive,", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains($"it ended Crashed at ", result.OnlyError.Exception.Message, StringComparison.Ordinal);
        Assert.Contains($"Process {Environment.ProcessId} (started ", result.OnlyError.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_history_may_be_named_by_the_folder_that_it_is_in()
    {
        using var dead = new DeadHistory();
        Session.Set("folder", Path.GetDirectoryName(dead.Path));
        Session.Set("id", dead.Leave("died").Id);

        Assert.StartsWith("FlowRunNotActive,", Run("Stop-FlowRun -Id $id -HistoryPath $folder").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }
}
