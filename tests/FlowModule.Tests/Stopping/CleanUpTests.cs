using System.Collections.Concurrent;
using FlowModule.Engine.Runs;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Stopping;

/// <summary>What a run that is being stopped starts in its finally blocks and hooks is executed.</summary>
public sealed class CleanUpTests : FlowTest
{
    private readonly ConcurrentQueue<string> _log = new();
    private readonly ConcurrentBag<FlowRun> _runs = [];

    public static TheoryData<string> Ways =>
    [
        "New-Flow f { %body% } %how% | Invoke-Flow",
        "New-Flow f { %body% } %how% | Start-Subflow",
        "New-Flow f { %body% } %how% | Start-Subflow -Parallel",
        "Invoke-FlowTask f { %body% } %how%",
        "Invoke-Flow { Invoke-FlowTask f { %body% } %how% }",
        "Invoke-Flow { Start-FlowTask f { %body% } %how% | Receive-FlowTask }",
    ];

    private protected override FlowSession OpenSession()
    {
        FlowSession session = base.OpenSession();
        session.Set("log", new Log(_log));
        session.Set("runs", _runs);
        return session;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void In_a_finally_block_after_Ctrl_C(string way)
    {
        StopInBody(way, "try { %wait% } finally { $log.Add((Invoke-FlowTask clean { 'cleaned' })); $done.Arrive() }", how: string.Empty, static (script, _) => script.Stop());
        Assert.Equal(["cleaned"], _log);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void In_a_finally_block_after_a_timeout(string way)
    {
        StopInBody(
            way, "try { %wait% } finally { $log.Add((Invoke-FlowTask clean { 'cleaned' })); $done.Arrive() }", how: "-TimeoutSeconds 600",
            static (_, run) => run.Stop(new StopRequest(StopKind.TimedOut, "Too long.")));
        Assert.Equal(["cleaned"], _log);
    }

    [Fact]
    public void Tasks_and_subflows_of_all_kinds()
    {
        const string Clean = """
            $log.Add((Invoke-FlowTask clean { 'task' }))
            $log.Add((Start-Subflow { 'subflow' }).Result)
            $log.Add((Start-Subflow { 'parallel' } -Parallel).Result)
            $log.Add((Start-FlowTask started { 'started' } | Receive-FlowTask))
            $log.Add((Start-Subflow { 'job' } -AsJob | Wait-Job | Receive-Job).Result)
            $done.Arrive()
            """;
        StopInBody("Invoke-Flow { %body% }", $"try {{ %wait% }} finally {{ {Clean} }}", how: string.Empty, static (script, _) => script.Stop());
        Assert.Equal(["task", "subflow", "parallel", "started", "job"], _log);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void In_a_hook_after_Ctrl_C(string way)
    {
        StopInBody(way, "%wait%", "-OnCancellation { $log.Add((Invoke-FlowTask clean { 'cleaned' })); $done.Arrive() }", static (script, _) => script.Stop());
        Assert.Equal(["cleaned"], _log);
    }

    [Fact]
    public void In_a_rollback()
    {
        StopInBody(
            "New-Flow f { Invoke-FlowTask make { 'made' } -OnRollback { $log.Add((Invoke-FlowTask undo { 'undone' })); $done.Arrive() }; %wait% } | Start-Subflow -Parallel",
            "%wait%", how: string.Empty, static (script, _) => script.Stop());
        Assert.Equal(["undone"], _log);
    }

    [Fact]
    public void What_a_run_has_cleaned_up_is_not_taken_over_by_its_next_attempt()
    {
        StopInBody(
            "New-Flow f { %body% } -Retry 1 | Invoke-Flow",
            """
            try { Invoke-FlowTask work { if ($FlowRun.Attempt -eq 1) { %wait% } } }
            finally { $log.Add("$(Invoke-FlowTask clean { 'cleaned' }) $($FlowRun.Attempt)"); if ($FlowRun.Attempt -eq 2) { $done.Arrive() } }
            """,
            how: string.Empty, static (_, run) => run.Parent!.Stop(new StopRequest(StopKind.TimedOut, "Too long.")));
        Assert.Equal(["cleaned 1", "cleaned 2"], _log);
    }

    private void StopInBody(string way, string body, string how, Action<RunningScript, FlowRun> stop)
    {
        using var here = new Gate();
        using var done = new Gate();
        Session.Set("here", here);
        Session.Set("done", done);
        using var script = new RunningScript(Session, way
            .Replace("%body%", body, StringComparison.Ordinal)
            .Replace("%wait%", "$runs.Add(($TaskRun ?? $FlowRun)); $here.Arrive(); Start-Sleep 600", StringComparison.Ordinal)
            .Replace("%how%", how, StringComparison.Ordinal));
        here.WaitForArrivals();
        stop(script, Assert.Single(_runs));
        done.WaitForArrivals();
        script.WaitForEnd();
    }
}
