using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>Leases of workers, for a store that several machines can reach.</summary>
public abstract class LeaseContract<TOpener> : StoreContract<TOpener>
    where TOpener : class, new()
{
    private const string Queue = "p1_work_v1";
    private readonly Guid _caller = Guid.NewGuid();
    private readonly Guid _worker = Guid.NewGuid();

    [StoreFact]
    public void ALeaseIsGrantedOnce()
    {
        ILeaseStore caller = OpenLeases(), worker = OpenLeases();
        LeaseRow lease = Ask(caller);

        int grants = 0;
        Parallel.For(0, 8, i => Interlocked.Add(ref grants, (i % 2 == 0 ? caller : worker).TryGrant(lease.Id, Guid.NewGuid(), Guid.NewGuid()) ? 1 : 0));

        Assert.Equal(1, grants);
        Assert.False(caller.TryWithdraw(lease.Id));
        Assert.False(worker.TryGrant(Guid.NewGuid(), _worker, Guid.NewGuid()));
    }

    [StoreFact]
    public void WhoGotNoAnswerMayClaimAgain()
    {
        ILeaseStore caller = OpenLeases(), worker = OpenLeases();
        LeaseRow lease = Ask(caller);
        var claim = Guid.NewGuid();

        Assert.True(worker.TryGrant(lease.Id, _worker, claim));
        Assert.True(worker.TryGrant(lease.Id, _worker, claim));
        Assert.False(worker.TryGrant(lease.Id, _worker, Guid.NewGuid()));
    }

    [StoreFact]
    public void AWithdrawnLeaseIsNotGranted()
    {
        ILeaseStore caller = OpenLeases(), worker = OpenLeases();
        LeaseRow lease = Ask(caller);

        Assert.True(caller.TryWithdraw(lease.Id));
        Assert.False(worker.TryGrant(lease.Id, _worker, Guid.NewGuid()));
        Assert.False(caller.TryWithdraw(lease.Id));
    }

    [StoreFact]
    public void EachSideReceivesTheFramesOfTheOtherInTheirOrder()
    {
        ILeaseStore caller = OpenLeases(), worker = OpenLeases();
        LeaseRow one = Granted(caller, worker), two = Granted(caller, worker);
        LeaseFrame[] frames = [.. from i in Enumerable.Range(1, 20) from lease in new[] { one, two } select Frame(lease, LeaseSide.Worker, i)];
        worker.Send(_worker, frames[..13]);
        worker.Send(_worker, [.. frames[13..], Frame(one, LeaseSide.Worker, 21, LeaseFrameKind.Died, [])]);
        caller.Send(_caller, [Frame(two, LeaseSide.Caller, 1)]);

        LeaseNews news = caller.Receive(LeaseSide.Caller, [new LeaseCursor(one.Id, 0), new LeaseCursor(two.Id, 18)]);

        Assert.Empty(news.Ended);
        LeaseFrame[] ofOne = [.. news.Frames.Where(frame => frame.Lease == one.Id)];
        Assert.Equal(Enumerable.Range(1, 21), ofOne.Select(static frame => (int)frame.Number));
        Assert.Equal(new byte[] { 7, 0, 255 }, ofOne[6].Bytes);
        Assert.Equal((LeaseFrameKind.Died, 0), (ofOne[^1].Kind, ofOne[^1].Bytes.Length));
        Assert.Equal([19L, 20L], news.Frames.Where(frame => frame.Lease == two.Id).Select(static frame => frame.Number));
        Assert.Single(worker.Receive(LeaseSide.Worker, [new LeaseCursor(one.Id, 0), new LeaseCursor(two.Id, 0)]).Frames);
    }

    [StoreFact]
    public void ABatchThatIsWrittenAgainChangesNothing()
    {
        ILeaseStore caller = OpenLeases(), worker = OpenLeases();
        LeaseRow lease = Granted(caller, worker);
        worker.Send(_worker, [Frame(lease, LeaseSide.Worker, 1), Frame(lease, LeaseSide.Worker, 2)]);
        worker.Send(_worker, [Frame(lease, LeaseSide.Worker, 1) with { Bytes = [] }, Frame(lease, LeaseSide.Worker, 2), Frame(lease, LeaseSide.Worker, 3)]);

        IReadOnlyList<LeaseFrame> frames = caller.Receive(LeaseSide.Caller, [new LeaseCursor(lease.Id, 0)]).Frames;

        Assert.Equal([1L, 2L, 3L], frames.Select(static frame => frame.Number));
        Assert.NotEmpty(frames[0].Bytes);
    }

    [StoreFact]
    public void WhatHasEndedIsTold()
    {
        ILeaseStore caller = OpenLeases(), worker = OpenLeases();
        LeaseRow ended = Granted(caller, worker), other = Granted(caller, worker);
        caller.End(_caller, [ended.Id]);
        worker.Send(_worker, [Frame(ended, LeaseSide.Worker, 1), Frame(other, LeaseSide.Worker, 1)]);

        LeaseNews news = worker.Receive(LeaseSide.Worker, [new LeaseCursor(ended.Id, 0), new LeaseCursor(other.Id, 0)]);

        Assert.Equal([ended.Id], news.Ended);
        Assert.Equal([other.Id], caller.Receive(LeaseSide.Caller, [new LeaseCursor(ended.Id, 0), new LeaseCursor(other.Id, 0)]).Frames.Select(static frame => frame.Lease));
        Assert.Equal([other.Id], caller.Look([ended.Id, other.Id]).Select(static standing => standing.Lease));
    }

    [StoreFact]
    public void AProcessHearsOfFramesAndEnds()
    {
        ILeaseStore caller = OpenLeases(), worker = OpenLeases();
        Ear callerHears = new(), workerHears = new();
        using IDisposable ofCaller = caller.Join(_caller, callerHears.Hear), ofWorker = worker.Join(_worker, workerHears.Hear);
        LeaseRow lease = Granted(caller, worker);

        worker.Send(_worker, [Frame(lease, LeaseSide.Worker, 1)]);
        callerHears.WaitFor(() => caller.Receive(LeaseSide.Caller, [new LeaseCursor(lease.Id, 0)]).Frames.Count == 1);
        caller.Send(_caller, [Frame(lease, LeaseSide.Caller, 1)]);
        workerHears.WaitFor(() => worker.Receive(LeaseSide.Worker, [new LeaseCursor(lease.Id, 0)]).Frames.Count == 1);
        caller.End(_caller, [lease.Id]);
        workerHears.WaitFor(() => worker.Receive(LeaseSide.Worker, [new LeaseCursor(lease.Id, 1)]).Ended.Count == 1);
    }

    [StoreFact]
    public void OthersSeeWhetherAProcessIsThere()
    {
        ILeaseStore caller = OpenLeases(), worker = OpenLeases();
        IDisposable ofCaller = caller.Join(_caller, Nothing), ofWorker = worker.Join(_worker, Nothing);
        LeaseRow waiting = Ask(caller);
        Assert.Equal(new LeaseStanding(waiting.Id, null, IsCallerHere: true, IsWorkerHere: true), Assert.Single(worker.Look([waiting.Id])));

        LeaseRow granted = Granted(caller, worker);
        Assert.Equal(new LeaseStanding(granted.Id, _worker, IsCallerHere: true, IsWorkerHere: true), Assert.Single(caller.Look([granted.Id])));
        ofWorker.Dispose();
        WaitUntil(() => !Assert.Single(caller.Look([granted.Id])).IsWorkerHere);
        ofCaller.Dispose();
        WaitUntil(() => !Assert.Single(worker.Look([granted.Id])).IsCallerHere);
    }

    [StoreFact]
    public void ALeaseIsAdoptedOnceAndOnlyFromACallerThatIsGone()
    {
        ILeaseStore caller = OpenLeases(), worker = OpenLeases(), adopter = OpenLeases();
        IDisposable ofCaller = caller.Join(_caller, Nothing);
        LeaseRow lease = Granted(caller, worker);
        Guid[] adopters = [.. Enumerable.Range(0, 8).Select(static _ => Guid.NewGuid())];
        Assert.False(adopter.TryAdopt(lease.Id, _caller, adopters[0]));
        Assert.False(adopter.TryAdopt(Guid.NewGuid(), _caller, adopters[0]));

        ofCaller.Dispose();
        WaitUntil(() => !caller.Look([lease.Id])[0].IsCallerHere);
        bool[] isAdopted = new bool[adopters.Length];
        Parallel.For(0, adopters.Length, i => isAdopted[i] = (i % 2 == 0 ? adopter : worker).TryAdopt(lease.Id, _caller, adopters[i]));

        Guid one = adopters[Assert.Single(Enumerable.Range(0, adopters.Length), i => isAdopted[i])];
        Assert.True(adopter.TryAdopt(lease.Id, _caller, one));
    }

    [StoreFact]
    public void TheFormerCallerOfALeaseNeitherEndsItNorSaysAnythingMore()
    {
        ILeaseStore caller = OpenLeases(), worker = OpenLeases(), adopter = OpenLeases();
        LeaseRow lease = Granted(caller, worker);
        caller.Send(_caller, [Frame(lease, LeaseSide.Caller, 1)]);
        var heir = Guid.NewGuid();
        Ear heirHears = new();
        using IDisposable ofHeir = adopter.Join(heir, heirHears.Hear);
        Assert.True(adopter.TryAdopt(lease.Id, _caller, heir));

        caller.Send(_caller, [Frame(lease, LeaseSide.Caller, 2)]);
        caller.End(_caller, [lease.Id]);
        adopter.Send(heir, [Frame(lease, LeaseSide.Caller, 3)]);
        worker.Send(_worker, [Frame(lease, LeaseSide.Worker, 1)]);

        Assert.Equal([1L, 3L], worker.Receive(LeaseSide.Worker, [new LeaseCursor(lease.Id, 0)]).Frames.Select(static frame => frame.Number));
        heirHears.WaitFor(() => adopter.Receive(LeaseSide.Caller, [new LeaseCursor(lease.Id, 0)]).Frames.Count == 1);
        adopter.End(heir, [lease.Id]);
        Assert.Equal([lease.Id], worker.Receive(LeaseSide.Worker, [new LeaseCursor(lease.Id, 0)]).Ended);
    }

    [StoreFact]
    public void ARunIsFoundByItsIdInAllLeasesThatHadIt()
    {
        ILeaseStore caller = OpenLeases(), worker = OpenLeases();
        LeaseRow one = Granted(caller, worker), two = Granted(caller, worker), ended = Granted(caller, worker);
        var run = Guid.NewGuid();
        LeaseFrame Marked(LeaseRow lease, int number, Guid id) => Frame(lease, LeaseSide.Caller, number, LeaseFrameKind.Run, [.. id.ToByteArray(bigEndian: true), 7]);
        caller.Send(_caller, [Frame(one, LeaseSide.Caller, 1), Marked(one, 2, run), Marked(one, 3, Guid.NewGuid()), Marked(two, 1, run), Marked(ended, 1, run)]);
        caller.End(_caller, [ended.Id]);

        IReadOnlyList<MarkedFrame> found = worker.FindRun(run);

        Assert.Equal([(one, 2L), (two, 1L)], found.OrderBy(static marked => -marked.Frame.Number).Select(static marked => (marked.Lease, marked.Frame.Number)));
        Assert.All(found, marked => Assert.Equal((LeaseSide.Caller, LeaseFrameKind.Run, 17, marked.Lease.Id), (marked.Frame.Side, marked.Frame.Kind, marked.Frame.Bytes.Length, marked.Frame.Lease)));
        Assert.Empty(worker.FindRun(Guid.NewGuid()));
    }

    [StoreFact]
    public void ThePlaceOfALeaseIsWantedByOthersButNotByItsOwnCaller()
    {
        ILeaseStore store = OpenLeases();
        LeaseRow own = Granted(store, store);
        Ask(store);
        Assert.Empty(store.Wanted(_worker, [Queue]));

        store.Ask(new LeaseRow(Guid.NewGuid(), _caller, "p1_other_v1"));
        Assert.Empty(store.Wanted(_worker, [Queue]));
        Assert.Equal([own.Id], store.Wanted(_worker, [Queue, "p1_other_v1"]));

        store.Ask(new LeaseRow(Guid.NewGuid(), Guid.NewGuid(), Queue));
        Assert.Equal([own.Id], store.Wanted(_worker, [Queue]));
        Assert.Empty(store.Wanted(_caller, [Queue]));
    }

    [StoreFact]
    public void WorkersAreRegisteredAndCanBeDrained()
    {
        ILeaseStore store = OpenLeases(), other = OpenLeases();
        IDisposable presence = store.Join(_worker, Nothing);
        store.Register(Worker());
        Assert.Equal(PoolOrder.Serve, store.Beat(_worker, busy: 3, [_caller, _worker]));

        PoolWorkerRow known = Assert.Single(other.Workers());
        Assert.Equal((_worker, "machine", 4711, "v1.key", "1.0", 5, 3, false, true), (known.Key, known.Machine, known.ProcessId, known.Stamp, known.Product, known.Places, known.Busy, known.IsDraining, known.IsHere));
        Assert.Equal(["work", "more"], known.Queues);
        Assert.Equal(["gpu"], known.Tags);
        Assert.Equal([_caller, _worker], known.Runs);

        Assert.True(other.Tell(_worker, PoolOrder.Drain));
        Assert.False(other.Tell(Guid.NewGuid(), PoolOrder.Drain));
        Assert.Equal(PoolOrder.Drain, store.Beat(_worker, busy: 0, []));
        Assert.Empty(Assert.Single(other.Workers()).Runs);
        Assert.True(Assert.Single(other.Workers()).IsDraining);

        presence.Dispose();
        WaitUntil(() => !Assert.Single(other.Workers()).IsHere);
        store.Unregister(_worker);
        Assert.Empty(other.Workers());
    }

    [StoreFact]
    public void QueuesHaveTheLeasesOfProcessesThatAreThere()
    {
        ILeaseStore store = OpenLeases(), other = OpenLeases();
        IDisposable ofCaller = store.Join(_caller, Nothing), ofWorker = store.Join(_worker, Nothing);
        Ask(store);
        Granted(store, store);
        Granted(store, store);
        store.Ask(new LeaseRow(Guid.NewGuid(), _caller, "p0_other_v1"));
        store.Ask(new LeaseRow(Guid.NewGuid(), Guid.NewGuid(), "p2_left_v1"));
        PoolQueueRow[] all = [new("p0_other_v1", Waiting: 1, Granted: 0), new(Queue, Waiting: 1, Granted: 2)];

        // Just after the start of a server, nobody is taken for dead.
        WaitUntil(() => other.Queues().SequenceEqual(all));

        ofCaller.Dispose();
        WaitUntil(() => other.Queues().SequenceEqual([new PoolQueueRow(Queue, Waiting: 0, Granted: 2)]));
        ofWorker.Dispose();
        WaitUntil(() => other.Queues().Count == 0);
    }

    [StoreFact]
    public void WhatDeadProcessesHaveLeftIsRemoved()
    {
        ILeaseStore store = OpenLeases();
        using IDisposable presence = store.Join(_caller, Nothing);
        LeaseRow kept = Ask(store);
        var left = new LeaseRow(Guid.NewGuid(), Guid.NewGuid(), Queue);
        store.Ask(left);
        store.Register(Worker());
        store.Clean(TimeSpan.FromDays(1), []);
        Assert.Equal(2, store.Look([kept.Id, left.Id]).Count);
        Assert.Single(store.Workers());

        WaitUntil(() =>
        {
            store.Clean(TimeSpan.Zero, []);
            return store.Workers().Count == 0;
        });
        Assert.Equal([kept.Id], store.Look([kept.Id, left.Id]).Select(static standing => standing.Lease));
    }

    private static void Nothing()
    {
    }

    private static void WaitUntil(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromMinutes(2)));

    private static LeaseFrame Frame(LeaseRow lease, LeaseSide side, int number) => Frame(lease, side, number, LeaseFrameKind.Data, [(byte)number, 0, 255]);

    private static LeaseFrame Frame(LeaseRow lease, LeaseSide side, int number, LeaseFrameKind kind, byte[] bytes) => new(lease.Id, side, number, kind, bytes);

    private PoolWorkerRow Worker() => new()
    {
        Key = _worker,
        Machine = "machine",
        ProcessId = 4711,
        Stamp = "v1.key",
        Product = "1.0",
        Queues = ["work", "more"],
        Tags = ["gpu"],
        Places = 5,
    };

    private LeaseRow Ask(ILeaseStore store)
    {
        var lease = new LeaseRow(Guid.NewGuid(), _caller, Queue);
        store.Ask(lease);
        return lease;
    }

    private LeaseRow Granted(ILeaseStore caller, ILeaseStore worker)
    {
        LeaseRow lease = Ask(caller);
        Assert.True(worker.TryGrant(lease.Id, _worker, Guid.NewGuid()));
        return lease;
    }

    /// <summary>Waits for what must be heard of.</summary>
    private sealed class Ear
    {
        private readonly object _gate = new();

        internal void Hear()
        {
            lock (_gate)
            {
                Monitor.Pulse(_gate);
            }
        }

        internal void WaitFor(Func<bool> condition)
        {
            lock (_gate)
            {
                while (!condition())
                {
                    Assert.True(Monitor.Wait(_gate, TimeSpan.FromMinutes(2)), "Nothing was heard.");
                }
            }
        }
    }
}
