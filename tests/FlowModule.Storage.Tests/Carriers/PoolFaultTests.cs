using System.Collections.Concurrent;
using System.Text;
using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Hangfire;
using FlowModule.PostgreSql;
using FlowModule.Storage.Tests.PostgreSql;
using FlowModule.Storage.Tests.Support;

namespace FlowModule.Storage.Tests.Carriers;

/// <summary>Callers and workers over a real server and the real carrier, while the server and the connections to it fail. Each of them has connections of its own, as processes have.</summary>
public sealed class PoolFaultTests : IDisposable
{
    private const int Places = 3;
    private static readonly PoolStamp Stamp = new("v1", Key: null);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly List<IDisposable> _all = [];
    private readonly CountingHost _host = new();

    public void Dispose()
    {
        _all.Reverse();
        _all.ForEach(static one => one.Dispose());
    }

    [PostgreSqlFact]
    public void ARestartOfTheServerLosesNothingAndRepeatsNothing()
    {
        PostgreSqlServer server = PostgreSqlServer.New();
        var address = HistoryAddress.Parse(server.NewAddress());
        TestCall call = Call(address, runs: 300);
        Serve(address);
        Serve(address);

        call.WaitFor(100);
        server.Restart();

        Assert.Equal(Enumerable.Range(0, 300), call.WaitForAll());
        Assert.All(_host.Begun, static run => Assert.Equal(1, run.Value));
    }

    [PostgreSqlFact]
    public void ConnectionsThatAreCutLoseNothingAndRepeatNothing()
    {
        PostgreSqlServer server = PostgreSqlServer.New();
        var address = HistoryAddress.Parse(server.NewAddress());
        TestCall call = Call(address, runs: 300);
        Serve(address);
        Serve(address);

        for (int ended = 50; ended <= 250; ended += 50)
        {
            call.WaitFor(ended);

            // But those that hold locks: whether a line comes back in time depends on how busy this machine is.
            server.Run("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'FlowModule' AND pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')");
        }

        Assert.Equal(Enumerable.Range(0, 300), call.WaitForAll());
        Assert.All(_host.Begun, static run => Assert.Equal(1, run.Value));
    }

    [PostgreSqlFact]
    public void ACarrierThatRepeatsEachLeaseRepeatsNoRun()
    {
        var address = HistoryAddress.Parse(PostgreSqlServer.Instance.NewAddress());
        TestCall call = Call(address, runs: 100, repeats: 3);
        Serve(address);
        Serve(address);

        Assert.Equal(Enumerable.Range(0, 100), call.WaitForAll());
        Assert.All(_host.Begun, static run => Assert.Equal(1, run.Value));
    }

    [PostgreSqlFact]
    public void AWorkerWhoseLocksAreTakenAwayForGoodIsNotHeardAnyMore()
    {
        var address = HistoryAddress.Parse(PostgreSqlServer.Instance.NewAddress());
        using ILeaseStore store = new PgBackend().LeasesAt(address);
        var frozen = Guid.NewGuid();
        IDisposable presence = store.Join(frozen, static () => { });
        LeaseLine line = NewLine(address);
        LeasePipe pipe = line.Ask(new NoCarrier(), "p1_work_v1");
        Assert.True(store.TryGrant(pipe.Lease, frozen, Guid.NewGuid()));
        Assert.True(pipe.TrySend(LeaseFrameKind.Data, "run"));

        // As one that stands still while the server ends its connections.
        presence.Dispose();
        Assert.True(SpinWait.SpinUntil(() => pipe.IsEnded, Limit));
        Assert.NotNull(pipe.Loss);
        pipe.Dispose();
        Assert.True(SpinWait.SpinUntil(() => store.Look([pipe.Lease]).Count == 0, Limit));

        // It wakes up.
        store.Send(frozen, [new LeaseFrame(pipe.Lease, LeaseSide.Worker, 1, LeaseFrameKind.Data, [1])]);
        Assert.False(pipe.TryTake(out _));
        Assert.Equal([pipe.Lease], store.Receive(LeaseSide.Worker, [new LeaseCursor(pipe.Lease, 0)]).Ended);
    }

    private TestCall Call(HistoryAddress address, int runs, int repeats = 1) => new(NewLine(address), Carrier(address), runs, repeats);

    private void Serve(HistoryAddress address)
    {
        LeaseLine line = NewLine(address);
        var row = new PoolWorkerRow
        {
            Key = line.Process,
            Machine = "machine",
            ProcessId = 1,
            Stamp = Stamp.ToString(),
            Product = "1.0",
            Queues = ["work"],
            Tags = [],
            Places = Places,
        };
        _all.Add(new PoolServer(line, Carrier(address), _host, row, TimeProvider.System));
    }

    private LeaseLine NewLine(HistoryAddress address)
    {
        var line = new LeaseLine(new PgBackend().LeasesAt(address), key: null, TimeProvider.System);
        _all.Add(line);
        return line;
    }

    private IWorkQueue Carrier(HistoryAddress address)
    {
        IWorkQueue carrier = HangfireBackend.Create().Open(address);
        _all.Add(carrier);
        return carrier;
    }

    private sealed class NoCarrier : IWorkQueue
    {
        public void Put(string queue, Guid lease)
        {
            // The test grants it.
        }

        public IWorkService Serve(IReadOnlyList<string> queues, int places, Action<Guid> work) => throw new NotSupportedException();

        public void Dispose()
        {
            // There is nothing.
        }
    }

    /// <summary>Answers runs, and counts how often each begins.</summary>
    private sealed class CountingHost : ILeaseHost
    {
        internal ConcurrentDictionary<string, int> Begun { get; } = new(StringComparer.Ordinal);

        public void Serve(ServedLease lease)
        {
            lease.Pipe.TrySend(LeaseFrameKind.Granted, []);
            while (lease.Pipe.TryTake(out LeaseFrame? frame) && lease.TryBeginRun(Guid.NewGuid()))
            {
                Begun.AddOrUpdate(Encoding.UTF8.GetString(frame.Bytes), 1, static (_, count) => count + 1);
                lease.Pipe.TrySend(LeaseFrameKind.Data, frame.Bytes);
                lease.EndRun(lease.Begun);
            }
        }
    }

    /// <summary>Has runs executed by several workers at once, and asks for another when one gives its lease back.</summary>
    private sealed class TestCall
    {
        private readonly ConcurrentQueue<int> _waiting;
        private readonly ConcurrentQueue<int> _ended = new();
        private readonly Task[] _callers;

        internal TestCall(LeaseLine line, IWorkQueue carrier, int runs, int repeats)
        {
            _waiting = new ConcurrentQueue<int>(Enumerable.Range(0, runs));
            _callers = [.. Enumerable.Range(0, 2 * Places).Select(_ => Task.Factory.StartNew(
                () => Run(line, carrier, repeats), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        }

        internal void WaitFor(int ended) => Assert.True(SpinWait.SpinUntil(() => _ended.Count >= ended || Array.Exists(_callers, static caller => caller.IsFaulted), Limit), $"{_ended.Count} have ended.");

        internal IEnumerable<int> WaitForAll()
        {
            Assert.True(Task.WaitAll(_callers, Limit), $"{_ended.Count} have ended.");
            return _ended.Order();
        }

        private void Run(LeaseLine line, IWorkQueue carrier, int repeats)
        {
            while (_waiting.TryDequeue(out int run))
            {
                while (!TryRun(line, carrier, repeats, ref run))
                {
                    // The lease was given back before the run began, or could not be asked for.
                }
            }
        }

        /// <summary>Has a run executed, and those that wait after it. False if the last one has not begun.</summary>
        private bool TryRun(LeaseLine line, IWorkQueue carrier, int repeats, ref int run)
        {
            try
            {
                string queue = PoolQueues.NameOf(new PoolRequest("work", [], PoolPriority.Normal), Stamp);
                using LeasePipe pipe = line.Ask(carrier, queue);
                for (int i = 1; i < repeats; i++)
                {
                    carrier.Put(queue, pipe.Lease);
                }

                if (!pipe.TryTake(out LeaseFrame? first) || first.Kind != LeaseFrameKind.Granted)
                {
                    return false;
                }

                do
                {
                    byte[] text = Encoding.UTF8.GetBytes($"{run}");
                    if (!pipe.TrySend(LeaseFrameKind.Data, text) || !pipe.TryTake(out LeaseFrame? answer) || answer.Kind != LeaseFrameKind.Data)
                    {
                        return false;
                    }

                    Assert.Equal(text, answer.Bytes);
                    _ended.Enqueue(run);
                }
                while (_waiting.TryDequeue(out run));
                return true;
            }
            catch (HistoryException)
            {
                return false;
            }
        }
    }
}
