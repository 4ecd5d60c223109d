using System.Management.Automation;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Workers;
using FlowModule.History;
using FlowModule.Processes;
using FlowModule.Serialization;
using FlowModule.Sessions;
using FlowModule.Starting;
using FlowModule.Tests.Processes;
using FlowModule.Tests.Support;
using FlowModule.Wire;
using FlowModule.Workers;

namespace FlowModule.Tests.Workers;

/// <summary>Kinds of workers that a session is told of.</summary>
public sealed class WorkerKindTests : ProcessTest
{
    private WorkerPools Pools
    {
        get
        {
            Value("New-Flow known { }");
            return RunspaceContext.Of(Session.Runspace)!.Pools;
        }
    }

    [Fact]
    public void Runs_of_a_kind_go_to_the_workers_of_whoever_registered_it()
    {
        var kind = new TestKind((pool, origin) => new PowerShellWorker(pool, origin));
        Pools.Register(kind);

        object?[] results = Values("1..3 | Start-Subflow -Isolation NewRunspace { $_ * 2 } | Receive-FlowResult");

        Assert.Equal([2, 4, 6], results);
        Assert.InRange(kind.Made, 1, 3);
    }

    [Fact]
    public void A_kind_of_which_there_can_be_no_workers_says_so_before_anything_runs()
    {
        var kind = new TestKind((_, _) => throw new NotSupportedException()) { Refusal = new FlowException("No host answers.", "FlowHostNotReached", ErrorCategory.ResourceUnavailable, target: null) { IsAboutTheFlow = true } };
        Pools.Register(kind);

        ScriptResult result = Run("1..3 | Start-Subflow -Parallel -Isolation NewRunspace { 1 }");

        Assert.StartsWith("FlowHostNotReached,", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(result.States);
        Assert.Equal(0, kind.Made);
    }

    [Fact]
    public void A_kind_that_nobody_has_registered_is_refused_with_those_that_there_are()
    {
        FlowException refusal = Assert.Throws<FlowException>(() => Pools.Of("elsewhere"));

        Assert.Equal("FlowWorkerKindUnknown", refusal.ErrorRecord.FullyQualifiedErrorId);
        Assert.Equal("There are no workers of the kind 'elsewhere' in this session. It knows NewRunspace, Process, Runspace.", refusal.Message);
    }

    [Fact]
    public void A_peer_of_another_version_runs_nothing_and_is_told_of()
    {
        Pools.Register(new TestKind((pool, origin) => new ProcessWorker(pool, origin, new OlderPeers())));

        ScriptResult result = Run("1..2 | Start-Subflow -Parallel -ThrottleLimit 2 -Isolation NewRunspace -Retry 3 { 'has run' }");

        Assert.Equal(2, result.States.Length);
        Assert.All(result.States, state => Assert.Equal((StateType.Failed, 1), (state.Type, state.Run.Attempt)));
        Assert.All(result.States, state => Assert.StartsWith("The peer uses version 99 of the protocol", state.Message, StringComparison.Ordinal));
        Assert.All(result.Errors, error => Assert.StartsWith("FlowWireVersionRefused", error.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.Equal(2, result.Errors.Length);
    }

    [Fact]
    public void A_peer_that_left_between_two_runs_is_replaced_before_the_next_one_begins()
    {
        var peers = new LeavingPeers();
        Pools.Register(new TestKind((pool, origin) => new ProcessWorker(pool, origin, peers)) { IsElsewhere = true });
        const string Script = "Start-Subflow -Isolation NewRunspace { $PID }";
        object? first = Run(Script).Clean().Result;
        peers.Last!.HasEnded = true;

        Assert.NotEqual(first, Run(Script).Clean().Result);

        // A run that begins with a peer is told of what there is to know of peers.
        Assert.Equal((2, 2), (peers.Connected, peers.Begun));
    }

    [Theory]
    [InlineData(StateType.Crashed, 1)]
    [InlineData(StateType.Cancelled, 0)]
    public void Workers_are_asked_for_a_run_of_a_dead_process_whether_its_start_was_recorded_or_not(StateType state, int asked)
    {
        WorkerPools pools = Pools;
        var kind = new TestKind((_, _) => throw new NotSupportedException());
        pools.Register(kind);
        var run = new RunRow { Id = Guid.Empty, RootId = Guid.Empty, Name = "load", Flow = new FlowRow("load", []), Kind = RunKind.Subflow, CreatedTime = DateTimeOffset.UnixEpoch };
        var snapshot = new RunSnapshot(run, new FlowStateRecord(state, state.ToString(), message: null, DateTimeOffset.UnixEpoch)) { StateCount = 1, IsOver = true };

        Adoptions.Find(RunspaceContext.Of(Session.Runspace)!, new RunPolicy { WorkerKind = kind.Name }, new FlowRunRecord(Histories.Default!, snapshot, DateTimeOffset.UnixEpoch));

        Assert.Equal(asked, kind.Asked);
    }

    [Fact]
    public void A_kind_of_another_process_is_refused_a_class_of_the_session()
    {
        Pools.Register(new TestKind((pool, origin) => new PowerShellWorker(pool, origin)) { IsElsewhere = true });

        ScriptResult result = Run("class Counter { static [int] Next() { return 1 } }; Start-Subflow -Isolation NewRunspace { [Counter]::Next() }");

        Assert.StartsWith("FlowClassNotInProcess,", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_kind_is_sent_to_another_process()
    {
        var policy = new RunPolicy { WorkerKind = "elsewhere" };
        using var stream = new MemoryStream();
        using var cliXml = new CliXml();
        using (var data = new BinaryWriter(stream, FrameBuilder.Text, leaveOpen: true))
        {
            PolicyCodec.Write(data, policy, new ValueWriter(cliXml));
        }

        stream.Position = 0;
        using var reader = new BinaryReader(stream, FrameBuilder.Text);

        Assert.Equal("elsewhere", PolicyCodec.Read(reader, new ValueReader(cliXml)).WorkerKind);
    }

    [Fact]
    public void A_named_kind_is_kept_with_the_run_unless_the_call_asks_for_an_isolation()
    {
        var elsewhere = new RunPolicy { WorkerKind = "elsewhere" };
        var flow = new Flow("far", ScriptBlock.Create("1")) { Policy = elsewhere };

        StoredOptions ofFlow = new(StoredOptions.Of(flow, elsewhere)), ofCall = new(StoredOptions.Of(flow, new RunPolicy { Isolation = FlowIsolation.Process }));

        Assert.Equal("elsewhere", ofFlow.Flow("far", flow.ScriptBlock, []).Policy.WorkerKind);
        Assert.Equal("elsewhere", ofFlow.Adjust(elsewhere).WorkerKind);
        Assert.Equal(nameof(FlowIsolation.Process), ofCall.Adjust(elsewhere).WorkerKind);
    }

    /// <summary>Peers that are reached, and greet in another version.</summary>
    private sealed class OlderPeers : IPeerSource
    {
        public IPeer Connect(Action<string> stray, IPeerNeed need)
        {
            using var stream = new MemoryStream();
            using var channel = new FrameChannel(stream);
            Greeting.TrySend(channel, version: 99);
            stream.Position = 0;
            Greeting.TryReceive(channel, "The peer");
            throw new NotSupportedException("It should have been refused.");
        }
    }

    /// <summary>Processes that may be told to be gone.</summary>
    private sealed class LeavingPeers : IPeerSource
    {
        internal LeavingPeer? Last { get; private set; }

        internal int Connected { get; private set; }

        internal int Begun { get; private set; }

        public IPeer Connect(Action<string> stray, IPeerNeed need)
        {
            Connected++;
            return Last = new LeavingPeer(ChildProcess.Start(WorkerCommand.Find(), stray));
        }

        public string? TakeWarning()
        {
            Begun++;
            return null;
        }
    }

    private sealed class LeavingPeer(ChildProcess process) : IPeer
    {
        public FrameChannel Channel => process.Channel;

        public string Mark => process.Mark;

        public bool HasEnded
        {
            get;
            internal set
            {
                field = value;
                process.Kill();
            }
        }

        public void WaitForStray() => process.WaitForStray();

        public string DescribeDeath() => process.DescribeDeath();

        public void Kill() => process.Kill();

        public void Dispose() => process.Dispose();
    }

    private sealed class TestKind(Func<WorkerPool, WorkerOrigin, IWorker> create) : IWorkerKind
    {
        private int _made;

        public string Name => nameof(FlowIsolation.NewRunspace);

        public bool IsCostly => true;

        public bool IsElsewhere { get; init; }

        internal int Made => _made;

        internal int Asked { get; private set; }

        internal FlowException? Refusal { get; init; }

        public void Require()
        {
            if (Refusal is { } refusal)
            {
                throw refusal;
            }
        }

        public AdoptedRun FindRun(Guid run, int attempt)
        {
            Asked++;
            return default;
        }

        public IWorker Create(WorkerPool pool, WorkerOrigin origin)
        {
            Interlocked.Increment(ref _made);
            return create(pool, origin);
        }
    }
}
