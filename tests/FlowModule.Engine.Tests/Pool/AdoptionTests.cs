using System.Text;
using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Pool;

/// <summary>Processes that go on with what workers have of runs whose caller has died.</summary>
public sealed class AdoptionTests : IDisposable
{
    private readonly PoolRig _rig = new();
    private readonly Guid _run = Guid.NewGuid();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_run_that_still_executes_is_followed_to_its_end_and_begins_once()
    {
        PoolProcess caller = _rig.NewProcess();
        TestPoolWorker worker = _rig.NewWorker();
        Send(caller, Lease(caller), "wait", _run);
        Wait.Until(() => !worker.Host.Begun.IsEmpty);
        caller.Store.Die();

        using LeasePipe adopted = Adopt(_rig.NewProcess(), _run);
        Assert.False(adopted.Wait(TimeSpan.Zero));
        worker.Host.Go.Set();

        Assert.Equal("wait done", PoolRig.Text(PoolRig.Take(adopted)));
        Assert.Equal(["wait"], worker.Host.Begun);
    }

    [Fact]
    public void What_is_sent_to_an_adopted_run_follows_what_was_sent_before()
    {
        PoolProcess caller = _rig.NewProcess();
        using LeasePipe pipe = _rig.Ask(caller);
        using LeasePipe? worker = _rig.NewProcess().Line.TryGrant(pipe.Lease);
        Send(caller, pipe, "run", _run);
        Assert.True(pipe.TrySend(LeaseFrameKind.Data, "more"));
        Assert.Equal(["run", "more"], [Text(worker!), Text(worker!)]);
        caller.Store.Die();

        using LeasePipe adopted = Adopt(_rig.NewProcess(), _run);
        Assert.True(adopted.TrySend(LeaseFrameKind.Data, "stop"));

        Assert.Equal("stop", Text(worker!));
    }

    [Fact]
    public void The_outcome_of_a_run_that_has_ended_meanwhile_is_taken_although_its_worker_is_gone()
    {
        PoolProcess caller = _rig.NewProcess();
        TestPoolWorker worker = _rig.NewWorker();
        LeasePipe pipe = Lease(caller);
        Send(caller, pipe, "run", _run);
        caller.Store.Die();
        _rig.PassUntil(() => Frames(pipe, worker.Process).Any(static frame => frame.Kind == LeaseFrameKind.Closed));
        worker.Process.Store.Die();

        using LeasePipe adopted = Adopt(_rig.NewProcess(), _run);

        Assert.Equal("run done", PoolRig.Text(PoolRig.Take(adopted)));
        Assert.Equal(LeaseFrameKind.Closed, PoolRig.Take(adopted).Kind);
        Assert.False(adopted.TryTake(out _));
    }

    [Fact]
    public void Of_each_run_of_a_lease_only_its_own_answer_is_taken()
    {
        PoolProcess caller = _rig.NewProcess();
        _rig.NewWorker();
        LeasePipe pipe = Lease(caller);
        Guid[] runs = [.. Enumerable.Range(0, 4).Select(_ => Guid.NewGuid())];
        for (int i = 0; i < runs.Length - 1; i++)
        {
            Send(caller, pipe, $"{i}", runs[i]);
            Assert.Equal($"{i} done", PoolRig.Text(PoolRig.Take(pipe)));
        }

        Send(caller, pipe, "wait", runs[^1]);
        caller.Store.Die();
        PoolProcess adopter = _rig.NewProcess();
        using LeasePipe last = Adopt(adopter, runs[^1]);

        for (int i = 0; i < runs.Length - 1; i++)
        {
            using LeasePipe ended = Adopt(adopter, runs[i]);
            Assert.Equal($"{i} done", PoolRig.Text(PoolRig.Take(ended)));
            Assert.False(ended.TryTake(out _));
            Assert.False(ended.TrySend(LeaseFrameKind.Data, "nobody"));
        }

        Assert.False(last.IsEnded);
    }

    [Fact]
    public void A_run_has_one_adopter_and_none_while_its_caller_is_there()
    {
        PoolProcess caller = _rig.NewProcess(), first = _rig.NewProcess(), second = _rig.NewProcess();
        _rig.NewWorker();
        Send(caller, Lease(caller), "wait", _run);
        FormerRun former = Find(first, _run)!, same = Find(second, _run)!;

        Assert.Null(Adoption(first).TryAdopt(former));
        caller.Store.Die();
        using LeasePipe? adopted = Adoption(first).TryAdopt(former);

        Assert.NotNull(adopted);
        Assert.Null(Adoption(second).TryAdopt(same));
        first.Store.Die();
        Assert.Null(Adoption(second).TryAdopt(same));
        using LeasePipe? again = Adoption(second).TryAdopt(Find(second, _run)!);
        Assert.NotNull(again);
    }

    [Fact]
    public void A_caller_that_was_only_frozen_does_not_end_what_was_adopted_and_says_nothing_more()
    {
        PoolProcess frozen = _rig.NewProcess();
        TestPoolWorker worker = _rig.NewWorker();
        LeasePipe pipe = Lease(frozen);
        Send(frozen, pipe, "wait", _run);
        Wait.Until(() => !worker.Host.Begun.IsEmpty);
        frozen.Store.Fade();
        PoolProcess adopter = _rig.NewProcess();
        using LeasePipe adopted = Adopt(adopter, _run);

        LeasePipe other = frozen.Line.Ask(_rig.Carrier, "nobody");
        Assert.True(pipe.TrySend(LeaseFrameKind.Data, "late"));
        pipe.Dispose();
        other.Dispose();
        Wait.Until(() => adopter.Store.Look([other.Lease]).Count == 0);
        worker.Host.Go.Set();

        Assert.Equal("wait done", PoolRig.Text(PoolRig.Take(adopted)));
        Assert.DoesNotContain("late", worker.Host.Begun);
    }

    [Fact]
    public void Of_several_attempts_the_last_is_taken_and_none_that_is_older_than_what_is_recorded()
    {
        PoolProcess caller = _rig.NewProcess(), adopter = _rig.NewProcess();
        _rig.NewWorker(places: 2);
        LeasePipe one = Lease(caller), two = Lease(caller);
        Send(caller, two, "second", _run, attempt: 2);
        Send(caller, one, "first", _run);
        caller.Store.Die();

        Assert.Equal(2, Find(adopter, _run)!.Mark.Attempt);
        Assert.Null(Adoption(adopter).Find(_run, attempt: 3, out string? whyNot));
        Assert.Null(whyNot);
        using LeasePipe adopted = Adopt(adopter, _run);
        Assert.Equal("second done", PoolRig.Text(PoolRig.Take(adopted)));
    }

    [Fact]
    public void A_run_ends_although_nobody_takes_what_it_writes()
    {
        PoolProcess caller = _rig.NewProcess();
        using LeasePipe pipe = _rig.Ask(caller);
        using LeasePipe? worker = _rig.NewProcess().Line.TryGrant(pipe.Lease);
        Send(caller, pipe, "run", _run);
        Assert.Equal("run", Text(worker!));
        byte[] part = new byte[LeasePipe.Window / 2];
        var body = new TestThread(() =>
        {
            for (int i = 0; i < 8; i++)
            {
                Assert.True(worker!.TrySend(LeaseFrameKind.Data, part));
            }
        });
        body.UntilBlocked();

        caller.Store.Die();
        _rig.PassUntil(() => worker!.IsOtherGone);
        body.Join();

        using LeasePipe adopted = Adopt(_rig.NewProcess(), _run);
        for (long taken = 0; taken < 8 * part.Length; taken += PoolRig.Take(adopted).Bytes.Length)
        {
            // All of it is there.
        }
    }

    [Fact]
    public void With_a_key_a_run_is_taken_over_by_who_has_the_key_alone()
    {
        var key = new PoolKey(new string('k', PoolKey.ShortestText));
        PoolProcess caller = _rig.NewProcess(key), adopter = _rig.NewProcess(key);
        var stamp = new PoolStamp("v1", key.Name);
        using LeasePipe pipe = caller.Line.Ask(_rig.Carrier, PoolQueues.NameOf(new PoolRequest("work", [], PoolPriority.Normal), stamp));
        using LeasePipe? worker = _rig.NewProcess(key).Line.TryGrant(pipe.Lease);
        Send(caller, pipe, "run", _run);
        Assert.Equal("run", Text(worker!));
        Assert.True(worker!.TrySend(LeaseFrameKind.Data, "done"));
        caller.Store.Die();

        Assert.Null(new LeaseAdoption(adopter.Line, PoolRig.Stamp).Find(_run, 1, out string? whyNot));
        Assert.Contains("key", whyNot, StringComparison.Ordinal);
        Assert.Null(new LeaseAdoption(adopter.Line, stamp with { Build = "v2" }).Find(_run, 1, out whyNot));
        Assert.Contains("version", whyNot, StringComparison.Ordinal);
        var adoption = new LeaseAdoption(adopter.Line, stamp);
        using LeasePipe? adopted = adoption.TryAdopt(adoption.Find(_run, 1, out whyNot)!);
        Assert.Null(whyNot);
        Assert.Equal("done", PoolRig.Text(PoolRig.Take(adopted!)));
    }

    private static LeaseAdoption Adoption(PoolProcess process) => new(process.Line, PoolRig.Stamp);

    private static FormerRun? Find(PoolProcess process, Guid run) => Adoption(process).Find(run, attempt: 1, out _);

    private static LeasePipe Adopt(PoolProcess process, Guid run)
    {
        LeasePipe? adopted = Adoption(process).TryAdopt(Find(process, run)!);
        Assert.NotNull(adopted);
        return adopted;
    }

    /// <summary>Sends a run, and waits until it is kept: its caller may die at once.</summary>
    private static void Send(PoolProcess caller, LeasePipe pipe, string text, Guid run, int attempt = 1)
    {
        int before = caller.Store.FindRun(run).Count;
        Assert.True(pipe.TrySend(LeaseFrameKind.Data, Encoding.UTF8.GetBytes(text), new LeaseMark(run, attempt, [])));
        Wait.Until(() => caller.Store.FindRun(run).Count > before);
    }

    private static string Text(LeasePipe pipe) => PoolRig.Text(PoolRig.Take(pipe));

    private static IReadOnlyList<LeaseFrame> Frames(LeasePipe pipe, PoolProcess process) => process.Store.Receive(LeaseSide.Caller, [new LeaseCursor(pipe.Lease, 0)]).Frames;

    /// <summary>A lease that was granted.</summary>
    private LeasePipe Lease(PoolProcess caller)
    {
        LeasePipe pipe = _rig.Ask(caller);
        Assert.Equal(LeaseFrameKind.Granted, PoolRig.Take(pipe).Kind);
        return pipe;
    }
}
