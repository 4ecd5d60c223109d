using FlowModule.Tests.Support;

namespace FlowModule.Tests.Resuming;

public class IdempotencyTests : ResumeTest
{
    [Fact]
    public void A_second_run_with_the_key_gives_the_state_of_the_first_and_runs_nothing()
    {
        string flow = $$"""New-Flow {{Unique}} { param($x) $log.Add('ran'); "x is $x"; 2 } | Invoke-Flow -IdempotencyKey key -Parameters""";
        ScriptResult first = Run($"{flow} @{{ x = 1 }}").Clean();
        using FlowSession other = OtherSession();
        ScriptResult second = other.Run($"$s = {flow} @{{ x = 2 }}; $s; $s | Receive-FlowResult").Clean();

        Assert.Equal(["ran"], TakeLog());
        Assert.Equal((first.State.Run.Id, first.State.Run.Name, StateType.Completed), (second.State.Run.Id, second.State.Run.Name, second.State.Type));
        Assert.Equal(["x is 1", 2], second.Output[1..]);
        Assert.Equal("1", $"{second.State.Run.Parameters["x"]}");
        ScriptResult otherKey = Run($$"""Invoke-Flow {{Unique}} -IdempotencyKey other -x 3""").Clean();
        Assert.NotEqual(first.State.Run.Id, otherKey.State.Run.Id);
    }

    [Fact]
    public void The_state_of_a_first_that_failed_comes_with_an_error_and_that_of_one_that_runs_is_not_final()
    {
        Run($$"""New-Flow {{Unique}} { throw 'it broke' } | Invoke-Flow -IdempotencyKey key""");
        using FlowSession other = OtherSession();
        ScriptResult failed = other.Run($$"""New-Flow {{Unique}} { 'other' } | Invoke-Flow -IdempotencyKey key""");
        Assert.Equal(StateType.Failed, failed.State.Type);
        Assert.Contains("it broke", failed.OnlyError.ToString(), StringComparison.Ordinal);

        using var gate = new Gate();
        Session.Set("gate", gate);
        using var running = new RunningScript(Session, $$"""New-Flow {{Unique}} { $gate.ArriveAndWait() } | Invoke-Flow -IdempotencyKey runs""");
        gate.WaitForArrivals();
        ScriptResult live = other.Run($$"""Invoke-Flow {{Unique}} -IdempotencyKey runs""").Clean();
        Assert.Equal(StateType.Running, live.State.Type);
        gate.Open();
        running.WaitForEnd();
    }

    [Fact]
    public async Task Of_many_that_race_one_runs()
    {
        FlowSession[] sessions = [OtherSession(), OtherSession(), OtherSession(), OtherSession()];
        Array.ForEach(sessions, session => session.Run($$"""New-Flow {{Unique}} { $log.Add('ran'); 1 } | Out-Null"""));
        for (int round = 0; round < 20; round++)
        {
            int key = round;
            using var start = new Barrier(sessions.Length);
            Task<FlowState>[] racing = [.. sessions.Select(session => Task.Run(() =>
            {
                start.SignalAndWait();
                return session.Run($"Invoke-Flow {Unique} -IdempotencyKey {key}").Clean().State;
            }))];
            FlowState[] states = await Task.WhenAll(racing);
            Assert.Equal(["ran"], TakeLog());
            Assert.Single(states.Select(state => state.Run.Id).Distinct());
        }

        Array.ForEach(sessions, session => session.Dispose());
    }

    [Fact]
    public void A_job_gives_the_state_of_the_first_too_and_WhatIf_claims_nothing()
    {
        Run($$"""New-Flow {{Unique}} { $log.Add('ran'); 1 } | Invoke-Flow -IdempotencyKey key -WhatIf""").Clean();
        Run($$"""Invoke-Flow {{Unique}} -IdempotencyKey key""").Clean();
        Assert.Equal(1, Value($$"""$job = Invoke-Flow {{Unique}} -IdempotencyKey key -AsJob; while ($job.State -eq 'Running') { Start-Sleep -Milliseconds 10 }; $job.Output[0].Result"""));
        Assert.Equal(["ran"], TakeLog());
    }

    [Fact]
    public void The_name_of_a_flow_is_the_same_in_any_case()
    {
        FlowState first = Run($$"""New-Flow {{Unique}} { 1 } | Invoke-Flow -IdempotencyKey key""").Clean().State;
        FlowState second = Run($$"""New-Flow {{Unique.ToUpperInvariant()}} { 2 } | Invoke-Flow -IdempotencyKey key""").Clean().State;
        Assert.Equal(first.Run.Id, second.Run.Id);
    }
}
