using FlowModule.Engine.Runs;
using FlowModule.History;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Policies;

/// <summary>Limits that runs share. They belong to the common history, so each test has its own name.</summary>
public sealed class LimitTests : FlowTest
{
    private readonly string _limit = Guid.NewGuid().ToString("N");

    private protected override FlowSession OpenSession()
    {
        FlowSession session = base.OpenSession();
        session.Set("limit", _limit);
        session.Values("$null = New-FlowLimit $limit -MaxConcurrency 1");
        return session;
    }

    [Fact]
    public void It_is_made_changed_listed_and_removed()
    {
        Assert.Equal(["1 ", "2 10", "2", "gone", "FlowLimitNotFound"], Run("""
            $l = Get-FlowLimit $limit; "$($l.MaxConcurrency) $($l.PerSecond)"
            $l = New-FlowLimit $limit -MaxConcurrency 2 -PerSecond 10; "$($l.MaxConcurrency) $($l.PerSecond)"
            (Get-FlowLimit "$($limit.Substring(0, 30))*").MaxConcurrency.ToString()
            Get-FlowLimit $limit | Remove-FlowLimit
            if (-not (Get-FlowLimit "$limit*")) { 'gone' }
            try { Get-FlowLimit $limit -ErrorAction Stop } catch { $_.FullyQualifiedErrorId.Split(',')[0] }
            """).Output);
    }

    [Theory]
    [InlineData("1..12 | Start-Subflow { $in.Enter(); $in.Leave() } -Parallel -ThrottleLimit 4 -Limit $limit")]
    [InlineData("1..12 | Invoke-FlowTask t { $in.Enter(); $in.Leave() } -Parallel -ThrottleLimit 4 -Limit $limit")]
    [InlineData("Invoke-Flow { $null = 1..12 | Start-FlowTask t { $in.Enter(); $in.Leave() } -Limit $limit }")]
    [InlineData("1..4 | Start-Subflow { 1..3 | Invoke-FlowTask t { $in.Enter(); $in.Leave() } -Limit $limit } -Parallel -ThrottleLimit 4")]
    [InlineData("$flow = New-Flow f { $in.Enter(); $in.Leave() } -Limit $limit; 1..12 | Start-Subflow $flow -Parallel -ThrottleLimit 4")]
    public void No_more_run_at_once_than_it_allows(string call)
    {
        var inside = new Concurrency();
        Session.Set("in", inside);
        Values($"$null = {call}");

        Assert.Equal((1, 12), (inside.Most, inside.Total));
    }

    [Fact]
    public void As_many_as_it_allows_do_run_at_once()
    {
        using var gate = new Gate(2);
        Session.Set("gate", gate);
        Session.Set("open", new Opener(gate));

        Assert.Equal([1, 2], Values("""
            $null = New-FlowLimit $limit -MaxConcurrency 2
            $tasks = 1, 2 | Start-FlowTask t { $gate.ArriveAndWait(); $_ } -Limit $limit
            $open.OpenWhenAllAreThere()
            $tasks | Receive-FlowTask
            """));
    }

    [Theory]
    [InlineData("Start-FlowTask waits { 'done' } -Limit $limit | Receive-FlowTask")]
    [InlineData("Invoke-FlowTask waits { 'done' } -Limit $limit")]
    [InlineData("New-Flow waits { 'done' } -Limit $limit | Invoke-Flow | Receive-FlowResult")]
    [InlineData("New-Flow waits { 'done' } -Limit $limit | Start-Subflow -Parallel | Receive-FlowResult")]
    public void A_run_that_waits_says_so_and_goes_on(string call)
    {
        using var gate = new Gate();
        Session.Set("gate", gate);
        Session.Set("open", new Opener(gate));
        using var script = new RunningScript(Session, $"$holds = Start-FlowTask holds {{ $gate.ArriveAndWait() }} -Limit $limit; $open.WaitForArrivals(); {call}");
        gate.WaitForArrivals();
        FlowLimit limit = RunServices.For(Histories.Default).Limits.Find(_limit)!;
        FlowRun waiting = WaitForWaiting();
        Assert.Equal((StateType.Scheduled, 1, 1), (waiting.State.Type, limit.Active, limit.Waiting));

        gate.Open();
        script.WaitForEnd();
        Assert.Equal(["done"], script.Output);
        Assert.Equal((0, 0), (limit.Active, limit.Waiting));
    }

    [Theory]
    [InlineData("Start-FlowTask waits { 'ran' } -Limit $limit | Receive-FlowTask")]
    [InlineData("Invoke-FlowTask waits { 'ran' } -Limit $limit")]
    [InlineData("Invoke-Flow { Invoke-FlowTask waits { 'ran' } -Limit $limit }")]
    [InlineData("New-Flow waits { 'ran' } -Limit $limit | Start-Subflow -Parallel")]
    public void A_run_that_waits_can_be_stopped(string call)
    {
        using var gate = new Gate();
        Session.Set("gate", gate);
        Session.Set("open", new Opener(gate));
        FlowLimit limit;
        using (var script = new RunningScript(Session, $"$holds = Start-FlowTask holds {{ $gate.ArriveAndWait() }} -Limit $limit; $open.WaitForArrivals(); {call}"))
        {
            gate.WaitForArrivals();
            limit = RunServices.For(Histories.Default).Limits.Find(_limit)!;
            WaitForWaiting().Stop(new StopRequest(StopKind.Cancelled, "Enough."));
            script.WaitForEnd();
            Assert.DoesNotContain("ran", script.Output);
        }

        Assert.Equal(0, limit.Waiting);
        gate.Open();
    }

    [Theory]
    [InlineData("Invoke-FlowTask t { throw 'no' } -Limit $limit")]
    [InlineData("Invoke-FlowTask t { Start-Sleep 600 } -Limit $limit -TimeoutSeconds 0.05")]
    [InlineData("1 | Invoke-FlowTask t { Start-Sleep 600 } -Limit $limit -TimeoutSeconds 0.05 -Parallel")]
    [InlineData("1 | Invoke-FlowTask t { Stop-FlowRun -InputObject $TaskRun; Start-Sleep 600 } -Limit $limit -Parallel")]
    [InlineData("Invoke-FlowTask t { exit 3 } -Limit $limit")]
    [InlineData("Start-FlowTask t { throw 'no' } -Limit $limit -Retry 2 | Receive-FlowTask")]
    [InlineData("1 | Start-Subflow { param([int[]] $x) 1 } -Limit $limit -Parallel -Parameters @{ x = 'text' }")]
    public void The_slot_comes_back_however_a_run_ends(string call)
    {
        Run($"try {{ {call} }} catch {{ }}");
        FlowLimit limit = RunServices.For(Histories.Default).Limits.Find(_limit)!;
        Assert.Equal((0, 0), (limit.Active, limit.Waiting));
        Assert.Equal("free", Value("Invoke-FlowTask t { 'free' } -Limit $limit"));
    }

    [Theory]
    [InlineData("Invoke-FlowTask a { Invoke-FlowTask b { 'in' } -Limit $limit } -Limit $limit")]
    [InlineData("New-Flow f { Invoke-FlowTask b { 'in' } -Limit $limit } -Limit $limit | Invoke-Flow | Receive-FlowResult")]
    [InlineData("New-Flow f { Start-FlowTask b { 'in' } -Limit $limit | Receive-FlowTask } -Limit $limit | Invoke-Flow | Receive-FlowResult")]
    [InlineData("New-Flow f { Start-FlowTask b { 'in' } -Limit $limit | Receive-FlowTask } -Limit $limit | Start-Subflow -Parallel | Receive-FlowResult")]
    [InlineData("New-Flow f { 1 | Invoke-FlowTask b { 'in' } -Limit $limit -Parallel } -Limit $limit | Invoke-Flow | Receive-FlowResult")]
    [InlineData("New-Flow f { Start-Subflow { 'in' } -Limit $limit | Receive-FlowResult } -Limit $limit | Invoke-Flow | Receive-FlowResult")]
    [InlineData("New-Flow f { Start-Subflow { 'in' } -Limit $limit -Parallel | Receive-FlowResult } -Limit $limit | Start-Subflow -Parallel | Receive-FlowResult")]
    [InlineData("New-Flow f -ThrottleLimit 1 { Start-FlowTask a { Start-FlowTask b { Start-FlowTask c { 'in' } -Limit $limit | Receive-FlowTask } -Limit $limit | Receive-FlowTask } -Limit $limit | Receive-FlowTask } -Limit $limit | Invoke-Flow | Receive-FlowResult")]
    public void A_run_that_waits_for_another_holds_no_slot_that_the_other_needs(string call) => Assert.Equal("in", Value(call));

    [Fact]
    public void A_flow_that_waits_for_its_tasks_at_its_end_holds_none_either() =>
        Assert.Equal("All states completed.", Value("(New-Flow f { $null = Start-FlowTask b { } -Limit $limit } -Limit $limit | Invoke-Flow).Message"));

    [Fact]
    public void Removed_it_lets_those_who_wait_go()
    {
        using var gate = new Gate();
        Session.Set("gate", gate);
        Session.Set("open", new Opener(gate));
        using var script = new RunningScript(Session, "$holds = Start-FlowTask holds { $gate.ArriveAndWait() } -Limit $limit; $open.WaitForArrivals(); Invoke-FlowTask waits { 'done' } -Limit $limit");
        gate.WaitForArrivals();
        FlowLimit limit = RunServices.For(Histories.Default).Limits.Find(_limit)!;
        Assert.True(SpinWait.SpinUntil(() => limit.Waiting == 1, TimeSpan.FromSeconds(60)));
        RunServices.For(Histories.Default).Limits.Remove(_limit);

        script.WaitForEnd();
        Assert.Equal(["done"], script.Output);
        gate.Open();
    }

    /// <summary>The run in the state of waiting for a slot, which it enters a little after the limit counts it.</summary>
    private FlowRun WaitForWaiting()
    {
        FlowRun? waiting = null;
        Assert.True(SpinWait.SpinUntil(
            () => (waiting = FlowRuns.Active.FirstOrDefault(run => run.Policy.Limits.Contains(_limit) && run.State.Name == "AwaitingConcurrencySlot")) is not null,
            TimeSpan.FromSeconds(60)));
        return waiting!;
    }
}
