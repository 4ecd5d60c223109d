using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Workers;
using FlowModule.History;
using FlowModule.Processes;
using FlowModule.Processes.Child;
using FlowModule.Serialization;
using FlowModule.Sessions;
using FlowModule.Tests.Processes;
using FlowModule.Tests.Support;
using FlowModule.Wire;

namespace FlowModule.Tests.Remoting;

/// <summary>What a body on another machine starts is in the history of the caller. The other machine is a process of this one that is told that it is elsewhere.</summary>
public sealed class RemoteHistoryTests : ProcessTest
{
    private const string There = "Start-Subflow -Isolation NewRunspace";

    private protected override FlowSession OpenSession()
    {
        FlowSession session = base.OpenSession();
        session.Values("New-Flow known { }");
        RunspaceContext.Of(session.Runspace)!.Pools.Register(new Elsewhere());
        return session;
    }

    [Fact]
    public void Tasks_have_rows_of_their_own_with_their_states_their_log_and_the_machine()
    {
        FlowState state = Run($"{There} {{ 1..2 | Invoke-FlowTask double {{ Write-Warning \"warned $_\"; $_ * 2 }} }}").State;

        Assert.Equal(StateType.Completed, state.Type);
        FlowRunRecord[] tasks = Children(state.Run);
        Assert.Equal(["double-0", "double-1"], tasks.Select(task => task.Name));
        Assert.All(tasks, task => Assert.Equal(("Completed", RunKind.Task, "web1", true), (task.State.Name, task.Kind, task.HostName, task.IsOver)));
        Assert.Equal(["warned 1"], Histories.Default!.Logs(new LogQuery(tasks[0].Id)).Where(static line => line.Level == FlowLogLevel.Warning).Select(static line => line.Message));
        Assert.Equal(["2"], Values($"(Get-FlowRun -Id {tasks[0].Id}).Result").Select(static value => $"{value}"));
        Assert.Equal("web1", Histories.Default!.Find(state.Run.Id)!.HostName);
    }

    [Fact]
    public void To_record_there_is_no_trouble_that_a_person_is_warned_of()
    {
        using var history = new RunHistory(HistoryAddress.Parse("caller:elsewhere"), HistoryValues.Instance, TimeProvider.System, new RelayedBackend(static _ => { }));

        history.Read(static _ => 0);

        Assert.Equal((null, null), (history.Trouble, history.TakeWarning()));
    }

    [Fact]
    public void A_body_knows_the_machine_and_so_does_what_it_starts() =>
        Assert.Equal(["web1", "web1", ""], Values($"{There} {{ $FlowRun.HostName; Invoke-FlowTask t {{ $FlowRun.HostName }} }} | Receive-FlowResult; \"$((Start-Subflow {{ $FlowRun.HostName }}).Result)\"").Select(static value => $"{value}"));

    [Fact]
    public void A_process_that_such_a_body_starts_records_there_too()
    {
        FlowState state = Run($"{There} {{ Start-Subflow -Isolation Process {{ Invoke-FlowTask inner {{ 5 }} }} | Receive-FlowResult }}").Clean().State;

        Assert.Equal(["Completed Subflow web1", "Completed Task web1"], Histories.Default!.Find(new RunQuery { Tree = state.Run.Id })
            .Where(run => run.Id != state.Run.Id).OrderBy(static run => run.Kind).Select(static run => $"{run.State.Name} {run.Kind} {run.HostName}"));
    }

    [Fact]
    public void What_runs_when_the_machine_is_lost_has_crashed()
    {
        // A beginning alone may still be on its way when the process ends. The end of the inner one has brought that of the last along.
        FlowState state = Run($"{There} {{ Invoke-FlowTask done {{ 1 }}; Invoke-FlowTask last {{ Invoke-FlowTask inner {{ 1 }}; [Environment]::FailFast('gone') }} }} -ErrorAction SilentlyContinue").State;

        Assert.Equal(StateType.Crashed, state.Type);
        FlowRunRecord[] tasks = Children(state.Run);
        Assert.Equal(["Completed", "Crashed"], tasks.Select(static task => task.State.Name));
        Assert.Contains("gone", tasks[1].State.Message, StringComparison.Ordinal);
        Assert.True(tasks[1].IsOver);
    }

    [Fact]
    public void A_run_there_is_stopped_by_whoever_sees_it_in_the_history()
    {
        using var gate = new ProcessGate();
        using var script = new RunningScript(Session, $$"""
            {{There}} { New-Flow long { Invoke-FlowTask first { 1 }; {{gate.ArriveAndWait}}; Start-Sleep 3600 } | Start-Subflow -Parallel } -ErrorAction SilentlyContinue
            """);
        gate.WaitForArrival();

        // The end of the first has brought the beginning of the other along.
        FlowRunRecord? task = Histories.Default!.Find(new RunQuery { FlowNames = ["long"], OnlyOpen = true }).SingleOrDefault();
        gate.Open();
        if (task is null)
        {
            script.Stop();
        }

        Assert.NotNull(task);
        Histories.Default!.Change(store => store.Requests.Add(new RunRequest(task.Id, RunRequestKind.Stop, "Enough.")));
        script.WaitForEnd();

        FlowRunRecord ended = Histories.Default!.Find(task.Id)!;
        Assert.Equal(("Cancelled", "Enough."), (ended.State.Name, ended.State.Message));
    }

    [Fact]
    public void A_run_that_is_not_recorded_here_records_nothing_there()
    {
        Assert.Equal([1], Values($"{There} {{ Invoke-FlowTask unrecorded {{ 1 }} }} -NoHistory | Receive-FlowResult"));
        Assert.Empty(Histories.Default!.Find(new RunQuery { FlowNames = ["unrecorded"] }));
    }

    [Fact]
    public void A_secret_of_the_caller_is_masked_in_what_is_recorded()
    {
        FlowState state = Run($"{There} {{ param($token) Invoke-FlowTask t {{ Write-Warning \"it is $token\" }} }} -Parameters @{{ token = 'hushhush' }} -Secret token").State;

        string line = Assert.Single(Histories.Default!.Logs(new LogQuery(Children(state.Run)[0].Id)), static line => line.Level == FlowLogLevel.Warning).Message;
        Assert.DoesNotContain("hushhush", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Invoke-FlowTask t { 1 } -Limit some")]
    [InlineData("Get-FlowLimit")]
    [InlineData("Invoke-FlowTask t { 1 } -CacheKey k")]
    [InlineData("New-Flow once { 1 } | Invoke-Flow -IdempotencyKey k")]
    public void What_would_be_shared_by_this_machine_alone_is_refused(string call) => Assert.Equal(
        ["FlowHistoryElsewhere"], Values($"{There} {{ try {{ {call} -ErrorAction Stop; 'done' }} catch {{ ($_.FullyQualifiedErrorId -split ',')[0] }} }} | Receive-FlowResult"));

    private static FlowRunRecord[] Children(FlowRun run) => [.. Histories.Default!.Find(new RunQuery { Parent = run.Id }).OrderBy(static child => child.Name.Length).ThenBy(static child => child.CreatedTime)];

    private sealed class Elsewhere : IWorkerKind, IPeerSource
    {
        public string Name => nameof(FlowIsolation.NewRunspace);

        public bool IsCostly => true;

        public bool IsElsewhere => true;

        public void Require()
        {
            // There always is one.
        }

        public IWorker Create(WorkerPool pool, WorkerOrigin origin) => new ProcessWorker(pool, origin, this);

        public IPeer Connect(Action<string> stray, IPeerNeed need) => new Peer(ChildProcess.Start(WorkerCommand.Find(), stray));
    }

    private sealed class Peer(ChildProcess process) : IPeer
    {
        public FrameChannel Channel => process.Channel;

        public string? HostName => "web1";

        public string Mark => process.Mark;

        public void WaitForStray() => process.WaitForStray();

        public string DescribeDeath() => process.DescribeDeath();

        public void Kill() => process.Kill();

        public void Dispose() => process.Dispose();
    }
}
