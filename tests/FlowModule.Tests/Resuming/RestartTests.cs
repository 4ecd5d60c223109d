using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Resuming;

public class RestartTests : ResumeTest
{
    [Fact]
    public void A_restart_is_a_new_run_with_the_same_parameters_that_says_what_it_restarts()
    {
        ScriptResult first = Run($$"""New-Flow {{Unique}} -RunName {{Unique}} { param($a, [int] $b = 2) Invoke-FlowTask t { $log.Add('t') }; "$a $b" } | Invoke-Flow -Parameters @{ a = 1; b = 5 }""").Clean();
        ScriptResult second = Run($"Restart-FlowRun -Id {first.State.Run.Id}").Clean();

        Assert.NotEqual(first.State.Run.Id, second.State.Run.Id);
        Assert.Equal(("1 5", 1), (second.Result, second.State.Run.Attempt));
        Assert.Equal(["t", "t"], TakeLog());
        FlowRunRecord record = Histories.Default!.Find(second.State.Run.Id)!;
        Assert.Equal(first.State.Run.Id, record.RestartOf);
        Assert.Null(Histories.Default!.Find(first.State.Run.Id)!.RestartOf);
    }

    [Fact]
    public void FailedOnly_takes_over_what_completed_and_leaves_the_old_run_as_it_is()
    {
        ScriptResult first = Run($$"""
            New-Flow {{Unique}} -RunName {{Unique}} {
                1..4 | Start-Subflow -Flow { Invoke-FlowTask inner { $log.Add("inner $_") } -InputObject $_; if ($_ -eq 3 -and [FlowModule.Tests.Support.Tally]::Up('{{Unique}}') -eq 1) { throw 'three' }; $log.Add("sub $_"); $_ }
            } | Invoke-Flow
            """);
        TakeLog();
        FlowRunRecord[] Children() => [.. Histories.Default!.Find(new RunQuery { Parent = first.State.Run.Id })];
        FlowRunRecord[] before = Children();
        ScriptResult second = Run($"Restart-FlowRun {Unique} -FailedOnly").Clean();

        Assert.Equal(["sub 3"], TakeLog());
        FlowState[] states = [.. Assert.IsType<object[]>(second.State.Result).Cast<FlowState>()];
        Assert.Equal(["Cached", "Cached", "Completed", "Cached"], states.Select(state => state.Name));
        Assert.Equal([1, 2, 3, 4], states.Select(state => state.Result));
        Assert.Empty(states.Select(state => state.Run.Id).Intersect(before.Select(run => run.Id)));
        Assert.Equal(before.Select(run => (run.Id, run.State.Name, run.Attempt)), Children().Select(run => (run.Id, run.State.Name, run.Attempt)));
        Assert.Equal(StateType.Failed, Histories.Default!.Find(first.State.Run.Id)!.State.Type);
        Assert.Equal(4, Histories.Default!.Find(new RunQuery { Parent = second.State.Run.Id }).Count);
    }

    [Fact]
    public void A_run_that_still_runs_and_a_subflow_are_not_restarted()
    {
        ScriptResult result = Run($$"""
            New-Flow {{Unique}} -RunName {{Unique}} {
                Restart-FlowRun -Run $FlowRun
                Start-Subflow -Flow { 1 }
            } | Invoke-Flow
            """);
        Assert.Equal("FlowRunNotRestartable,FlowModule.Commands.RestartFlowRunCommand", result.OnlyError.FullyQualifiedErrorId);
        Session.Set("sub", result.State.Result);
        ScriptResult sub = Run("$sub | Restart-FlowRun");
        Assert.Contains($"'{Unique}'", sub.OnlyError.ToString(), StringComparison.Ordinal);
    }
}
