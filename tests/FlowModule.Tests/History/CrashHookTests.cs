using FlowModule.Engine.History;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.History;

/// <summary>-OnCrash of runs whose process has died: called by the cmdlet that finds them.</summary>
public sealed class CrashHookTests : FlowTest, IDisposable
{
    private readonly DeadHistory _dead = new();

    public CrashHookTests()
    {
        Session.Set("path", _dead.Path);
        Session.Set("calls", new System.Collections.ArrayList());
    }

    public new void Dispose()
    {
        base.Dispose();
        _dead.Dispose();
    }

    [Fact]
    public void The_hook_gets_the_flow_the_run_and_the_state_as_the_history_has_them()
    {
        FlowRun run = _dead.Leave("last-night", "param($Flow, $Run, $State) $calls.Add(@($Flow, $Run, $State, $_, $FlowRun)); 'thrown away'");

        ScriptResult result = Look();

        Assert.Empty(result.Output);
        var arguments = (object?[])Assert.Single(Calls)!;
        Flow flow = Assert.IsType<Flow>(arguments[0]);
        Assert.Equal(("night", "'body of the flow'", "nightly"), (flow.Name, flow.ScriptBlock.ToString(), Assert.Single(flow.Tag)));
        FlowRunRecord record = Assert.IsType<FlowRunRecord>(arguments[1]);
        Assert.Equal((run.Id, "last-night", StateType.Crashed), (record.Id, record.Name, record.State.Type));
        Assert.Same(record.State, arguments[2]);
        Assert.Same(record.State, arguments[3]);
        Assert.Same(record, arguments[4]);
    }

    [Fact]
    public void It_is_called_once()
    {
        _dead.Leave("last-night", "$calls.Add(1)");

        Look();
        Look();

        Assert.Single(Calls);
    }

    [Fact]
    public void Several_are_called_in_order_also_after_one_that_throws()
    {
        _dead.Leave("last-night", """["$calls.Add(1); throw 'no'","$calls.Add(\"2 $($_.Name)\")"]""");

        Assert.Single(Look().Warnings);

        Assert.Equal([1, "2 Crashed"], Calls);
    }

    [Fact]
    public void What_it_writes_is_seen_and_what_it_throws_is_a_warning_and_the_others_are_called()
    {
        FlowRun parent = _dead.Leave("one", "Write-Host 'seen'; throw 'no mail today'");
        _dead.Leave("two", "$calls.Add(2)", parent);

        ScriptResult result = Look();

        Assert.Equal(["-OnCrash of flow run 'one', whose process had died, threw RuntimeException: no mail today"], result.Warnings);
        Assert.Contains("seen", result.HostText, StringComparison.Ordinal);
        Assert.Equal([2], Calls);
    }

    [Theory]
    [InlineData("Write-Warning 'not yet'", "$WarningPreference = 'Stop'; ")]
    [InlineData("throw 'no mail today'", "$WarningPreference = 'Stop'; ")]
    [InlineData("$stop.Invoke()")]
    public void A_hook_that_ends_the_command_leaves_the_rest_to_be_called(string hook, string before = "")
    {
        Session.Set("stop", new Action(static () => throw new System.Management.Automation.PipelineStoppedException()));
        FlowRun parent = _dead.Leave("one", hook);
        _dead.Leave("two", "$calls.Add(2)", parent);

        Run($"{before}try {{ Stop-FlowRun nobody-* -HistoryPath $path }} catch {{ }}");
        Look();

        Assert.Equal([2], Calls);
    }

    [Fact]
    public void A_hook_that_runs_flows_has_returned_when_the_next_is_called()
    {
        FlowRun parent = _dead.Leave("one", "Stop-FlowRun nobody-* -HistoryPath $path; $calls.Add(1)");
        _dead.Leave("two", "$calls.Add(2)", parent);

        Look();

        Assert.Equal([1, 2], Calls);
    }

    [Fact]
    public void WhatIf_calls_nothing_and_leaves_it_to_be_called()
    {
        _dead.Leave("last-night", "$calls.Add(1)");

        Look("-WhatIf");
        Assert.Empty(Calls);
        Look();

        Assert.Single(Calls);
    }

    [Fact]
    public void A_hook_that_runs_flows_itself_finds_nothing_more_to_call()
    {
        _dead.Leave("last-night", "$calls.Add((Invoke-Flow { 'inside' } | Receive-FlowResult)); Stop-FlowRun no-pattern-* -HistoryPath $path");

        Assert.Empty(Look().Warnings);
        Assert.Equal(["inside"], Calls);
    }

    [Theory]
    [InlineData("Invoke-Flow (New-Flow f { Start-Subflow { } | Out-Null; Keep } -OnCrash { 'hook of the flow' })", "'hook of the flow'")]
    [InlineData("Start-Subflow { Start-Subflow { } | Out-Null; Keep } -OnCrash { 'hook of the call' }", "'hook of the call'")]
    [InlineData("Invoke-FlowTask { Start-Subflow { } | Out-Null; Keep } -OnCrash { 'hook of the task' }", "'hook of the task'")]
    [InlineData("Start-Subflow { Start-Subflow { } | Out-Null; Keep } -OnCrash { 1 }, { 2 }", "[\" 1 \",\" 2 \"]")]
    [InlineData("Invoke-Flow { Start-Subflow { } | Out-Null; Keep }", null)]
    public void The_hook_of_a_flow_or_a_call_is_kept_as_long_as_its_run_is_not_over(string call, string? expected)
    {
        object?[] hooks = Values($$"""
            function Keep { $script:recording = if ($TaskRun) { $TaskRun } else { $FlowRun } }
            $null = {{call}}
            $recording
            """);

        FlowRun run = Assert.IsType<FlowRun>(Assert.Single(hooks));
        Assert.Equal(expected, run.Recording!.CrashHook?.Trim());
    }

    /// <summary>Searches the history for runs: there are none to stop.</summary>
    private ScriptResult Look(string more = "") => Run($"Stop-FlowRun nobody-* -HistoryPath $path {more}");

    private object?[] Calls => ((System.Collections.ArrayList)Session.Get("calls")!).ToArray();
}
