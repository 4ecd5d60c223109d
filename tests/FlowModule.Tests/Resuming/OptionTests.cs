using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Resuming;

/// <summary>Resumed and restarted runs have the options of the original run.</summary>
public class OptionTests : ResumeTest
{
    private const string Options = "-TimeoutSeconds 3600 -Retry 2 -RetryDelaySeconds 0, 0 -RetryIf { $log.Add('asked'); $true } -NoReuse -Description 'what for' -FailOnError -ThrottleLimit 3";

    [Fact]
    public void From_another_session_a_resumed_run_and_a_new_one_have_them_all()
    {
        Run($$"""New-Flow {{Unique}} -RunName 'opt-{P}-{{Unique}}' {{Options}} { param($P) $log.Add("try $($FlowRun.Attempt)"); throw 'no' } | Invoke-Flow -Parameters @{ P = 7 }""");
        Assert.Equal(["try 1", "asked", "try 2", "asked", "try 3"], TakeLog());
        using FlowSession later = OtherSession();

        ScriptResult resumed = later.Run($"Resume-FlowRun 'opt-7-{Unique}' -Force");
        Assert.Equal(["try 4", "asked", "try 5", "asked", "try 6"], TakeLog());
        Assert.Empty(resumed.Warnings);
        var flow = (Flow)resumed.State.Run.Flow;
        Assert.Equal((3600.0, 2, "what for", true, 3), (flow.TimeoutSeconds, flow.Retry, flow.Description, flow.FailOnError, flow.ThrottleLimit));
        Assert.False(flow.Policy.ReusesCompleted);

        // Also the second time: a resumed run is stored again.
        using FlowSession evenLater = OtherSession();
        ScriptResult restarted = evenLater.Run($"Get-FlowRun 'opt-7-{Unique}' -Last 1 | Restart-FlowRun -Force");
        Assert.Equal($"opt-7-{Unique}", restarted.State.Run.Name);
        Assert.Equal(3600.0, restarted.State.Run.Flow.TimeoutSeconds);
        Assert.Equal(["try 1", "asked", "try 2", "asked", "try 3"], TakeLog());
    }

    [Fact]
    public void What_the_call_said_holds_over_what_the_flow_says()
    {
        Run($$"""New-Flow {{Unique}} -RunName {{Unique}} -TimeoutSeconds 3600 { throw 'no' } | Invoke-Flow -TimeoutSeconds 1800""");

        Assert.Equal(1800.0, Run($"Resume-FlowRun {Unique}").State.Run.Policy.TimeoutSeconds);
        using FlowSession later = OtherSession();
        Assert.Equal(1800.0, later.Run($"Resume-FlowRun {Unique}").State.Run.Policy.TimeoutSeconds);
        Assert.Equal(1800.0, later.Run($$"""Resume-FlowRun {{Unique}} -Flow { throw 'no' }""").State.Run.Policy.TimeoutSeconds);
        Assert.Equal(60.0, later.Run($$"""$flow = New-Flow other -TimeoutSeconds 60 { throw 'no' }; Resume-FlowRun {{Unique}} -Flow $flow""").State.Run.Policy.TimeoutSeconds);
    }

    [Fact]
    public void A_time_limit_ends_the_resumed_run_as_it_ended_the_first()
    {
        Run($$"""New-Flow {{Unique}} -RunName {{Unique}} -TimeoutSeconds 0.2 { Start-Sleep 600 } | Invoke-Flow""");
        using FlowSession later = OtherSession();

        Assert.Equal("TimedOut", later.Run($"Resume-FlowRun {Unique}").State.Name);
        Assert.Equal("TimedOut", later.Run($"Restart-FlowRun {Unique}").State.Name);
    }

    [Fact]
    public void A_hook_that_has_closed_over_variables_cannot_be_kept_and_a_warning_names_it()
    {
        Run($$"""function New-Hook($n) { { $log.Add($n) }.GetNewClosure() }; New-Flow {{Unique}} -RunName {{Unique}} -Retry 1 -OnFailure (New-Hook 5) { throw 'no' } | Invoke-Flow""");
        TakeLog();
        using FlowSession later = OtherSession();

        ScriptResult resumed = later.Run($"Resume-FlowRun {Unique}");

        Assert.Contains("-OnFailure", Assert.Single(resumed.Warnings), StringComparison.Ordinal);
        Assert.Equal(1, resumed.State.Run.Flow.Retry);
        Assert.Empty(TakeLog());
    }

    [Fact]
    public void A_run_without_options_keeps_none()
    {
        Run($$"""New-Flow {{Unique}} { throw 'no' } | Invoke-Flow""");
        FlowRunRecord record = Histories.Default!.Find(new RunQuery { FlowNames = [Unique] })[0];

        Assert.True(record.History.Read(store => store.Value(record.Id, RunValue.Options)).IsNothing);
    }
}
