using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Pool;

/// <summary>Callers and workers that talk over leases.</summary>
public sealed class PoolTests : IDisposable
{
    private readonly PoolRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Others_see_which_runs_a_worker_executes()
    {
        TestPoolWorker worker = _rig.NewWorker();
        using LeasePipe pipe = _rig.Ask(_rig.NewProcess());
        PoolRig.Take(pipe);
        Assert.True(pipe.TrySend(LeaseFrameKind.Data, "wait"));
        Wait.Until(() => !worker.Host.Begun.IsEmpty);

        _rig.PassUntil(() => Assert.Single(worker.Process.Store.Workers()).Runs.SequenceEqual([worker.Host.Run]));
        worker.Host.Go.Set();

        _rig.PassUntil(() => Assert.Single(worker.Process.Store.Workers()).Runs.Count == 0);
    }

    [Fact]
    public void A_worker_answers_and_executes_one_run_after_another()
    {
        TestPoolWorker worker = _rig.NewWorker();
        using LeasePipe pipe = _rig.Ask(_rig.NewProcess());

        Assert.Equal(LeaseFrameKind.Granted, PoolRig.Take(pipe).Kind);
        Assert.Equal("one done", PoolRig.Run(pipe, "one"));
        Assert.Equal("two done", PoolRig.Run(pipe, "two"));
        Assert.Equal(["one", "two"], worker.Host.Begun);
    }

    [Fact]
    public void What_dead_processes_have_left_is_removed_after_a_day()
    {
        PoolProcess dead = _rig.NewProcess();
        LeasePipe left = dead.Line.Ask(_rig.Carrier, "nobody");
        dead.Store.Die();
        TestPoolWorker worker = _rig.NewWorker();

        _rig.PassUntil(() => _rig.Time.GetUtcNow() > _rig.Start + TimeSpan.FromMinutes(1));
        Assert.Single(worker.Process.Store.Look([left.Lease]));

        _rig.Time.Advance(PoolServer.KeptFor + PoolServer.CleanEach);
        _rig.PassUntil(() => worker.Process.Store.Look([left.Lease]).Count == 0);
    }

    [Fact]
    public void What_a_worker_executes_for_a_dead_caller_is_kept_for_as_long_as_it_takes()
    {
        PoolProcess dead = _rig.NewProcess(), other = _rig.NewProcess();
        TestPoolWorker worker = _rig.NewWorker();
        LeasePipe pipe = _rig.Ask(dead);
        Assert.Equal(LeaseFrameKind.Granted, PoolRig.Take(pipe).Kind);
        Assert.True(pipe.TrySend(LeaseFrameKind.Data, "wait"));
        Wait.Until(() => !worker.Host.Begun.IsEmpty);
        LeasePipe left = dead.Line.Ask(_rig.Carrier, "nobody");
        dead.Store.Die();

        _rig.Time.Advance(PoolServer.KeptFor + PoolServer.CleanEach);
        _rig.PassUntil(() => other.Store.Look([left.Lease]).Count == 0);
        Assert.Single(other.Store.Look([pipe.Lease]));

        worker.Host.Go.Set();
        _rig.PassUntil(() => other.Store.Workers().Single().Busy == 0);
        _rig.Time.Advance(PoolServer.KeptFor + PoolServer.CleanEach);
        _rig.PassUntil(() => other.Store.Look([pipe.Lease]).Count == 0);
    }

    [Fact]
    public void A_lease_that_is_carried_several_times_is_granted_once()
    {
        TestPoolWorker first = _rig.NewWorker(places: 2), second = _rig.NewWorker(places: 2);
        using LeasePipe pipe = _rig.Ask(_rig.NewProcess());
        PoolRig.Take(pipe);

        (string queue, Guid lease) = Assert.Single(_rig.Carrier.Put);
        for (int i = 0; i < 4; i++)
        {
            _rig.Carrier.Carry(queue, lease);
        }

        Assert.Equal("run done", PoolRig.Run(pipe, "run"));
        Assert.Equal(1, first.Host.Leases + second.Host.Leases);
        Assert.Equal(1, first.Host.Begun.Count + second.Host.Begun.Count);
    }

    [Fact]
    public void Frames_that_are_written_several_times_arrive_once_and_in_order()
    {
        PoolProcess caller = _rig.NewProcess();
        using LeasePipe pipe = _rig.Ask(caller);
        using LeasePipe? worker = _rig.NewProcess().Line.TryGrant(pipe.Lease);
        int tries = 0;
        caller.Store.Sending = frames =>
        {
            if (++tries % 3 == 1)
            {
                // They are kept, but this process does not hear that.
                tries++;
                caller.Store.Send(caller.Line.Process, frames);
                throw new HistoryException(HistoryFault.Unavailable, "The connection was lost.");
            }
        };
        string[] texts = [.. Enumerable.Range(0, 20).Select(static number => $"frame {number}")];
        Assert.All(texts, text => Assert.True(pipe.TrySend(LeaseFrameKind.Data, text)));

        Assert.Equal(texts, texts.Select(_ => PoolRig.Text(Passing(worker!))));
        Assert.True(tries > 1);
    }

    [Fact]
    public void What_is_not_needed_any_more_is_withdrawn_unless_it_was_granted()
    {
        PoolProcess caller = _rig.NewProcess();
        LeasePipe unserved = _rig.Ask(caller);
        Assert.True(caller.Line.TryWithdraw(unserved));
        Assert.True(unserved.IsEnded);

        TestPoolWorker worker = _rig.NewWorker();
        using LeasePipe served = _rig.Ask(caller);
        PoolRig.Take(served);
        Assert.False(caller.Line.TryWithdraw(served));
        Assert.Equal(1, worker.Host.Leases);
    }

    [Fact]
    public void A_caller_that_ends_a_lease_frees_the_place()
    {
        TestPoolWorker worker = _rig.NewWorker();
        PoolProcess caller = _rig.NewProcess();
        LeasePipe first = _rig.Ask(caller);
        PoolRig.Take(first);
        using LeasePipe second = _rig.Ask(caller);
        Assert.Equal(1, worker.Host.Leases);

        first.Dispose();

        Assert.Equal(LeaseFrameKind.Granted, PoolRig.Take(second).Kind);
        Assert.Equal("run done", PoolRig.Run(second, "run"));
    }

    [Fact]
    public void The_lease_of_a_dead_worker_is_lost_and_another_takes_the_next()
    {
        PoolProcess caller = _rig.NewProcess();
        TestPoolWorker dying = _rig.NewWorker();
        using LeasePipe pipe = _rig.Ask(caller);
        PoolRig.Take(pipe);
        Assert.True(pipe.TrySend(LeaseFrameKind.Data, "wait"));
        Wait.Until(() => !dying.Host.Begun.IsEmpty);

        dying.Process.Store.Die();

        _rig.PassUntil(() => pipe.IsEnded);
        Assert.NotNull(pipe.Loss);
        Assert.False(pipe.TryTake(out _));
        dying.Host.Go.Set();

        _rig.NewWorker();
        using LeasePipe again = _rig.Ask(caller);
        Assert.Equal(LeaseFrameKind.Granted, PoolRig.Take(again).Kind);
    }

    [Fact]
    public void A_worker_that_was_only_frozen_is_not_heard_any_more()
    {
        PoolProcess caller = _rig.NewProcess();
        TestPoolWorker frozen = _rig.NewWorker();
        LeasePipe pipe = _rig.Ask(caller);
        PoolRig.Take(pipe);
        Assert.True(pipe.TrySend(LeaseFrameKind.Data, "wait"));
        Wait.Until(() => !frozen.Host.Begun.IsEmpty);
        frozen.Process.Store.Fade();
        _rig.PassUntil(() => pipe.IsEnded);
        pipe.Dispose();
        Wait.Until(() => Leases() == 0);

        frozen.Host.Go.Set();

        Assert.False(pipe.TryTake(out _));
        _rig.PassUntil(() => Assert.Single(frozen.Process.Store.Workers()).Busy == 0 && frozen.Host.Leases == 1);
        Assert.Equal(0, Leases());
    }

    [Fact]
    public void A_process_that_is_away_for_a_moment_is_not_lost()
    {
        TestPoolWorker worker = _rig.NewWorker();
        using LeasePipe pipe = _rig.Ask(_rig.NewProcess());
        PoolRig.Take(pipe);
        Assert.True(pipe.TrySend(LeaseFrameKind.Data, "wait"));
        Wait.Until(() => !worker.Host.Begun.IsEmpty);
        _rig.Pool.Here.TryRemove(worker.Process.Line.Process, out Action? heard);
        _rig.Time.Advance(LeaseLine.Grace / 2);
        _rig.Pool.Here[worker.Process.Line.Process] = heard!;
        worker.Host.Go.Set();

        Assert.Equal("wait done", PoolRig.Text(PoolRig.Take(pipe)));
    }

    [Fact]
    public void A_worker_ends_the_run_of_a_dead_caller_and_takes_other_work()
    {
        PoolProcess caller = _rig.NewProcess();
        TestPoolWorker worker = _rig.NewWorker();
        LeasePipe pipe = _rig.Ask(caller);
        PoolRig.Take(pipe);
        Assert.True(pipe.TrySend(LeaseFrameKind.Data, "wait"));
        Wait.Until(() => !worker.Host.Begun.IsEmpty);
        caller.Store.Die();
        using LeasePipe next = _rig.Ask(_rig.NewProcess());

        // However long the caller has been gone.
        for (int i = 0; i < 100; i++)
        {
            _rig.Time.Advance(LeaseReceiver.LookEach);
        }

        Assert.Equal(1, worker.Host.Leases);
        worker.Host.Go.Set();

        Assert.Equal(LeaseFrameKind.Granted, Passing(next).Kind);

        // What the run has come to is there for whoever adopts it.
        LeaseNews left = worker.Process.Store.Receive(LeaseSide.Caller, [new LeaseCursor(pipe.Lease, 0)]);
        Assert.Equal([LeaseFrameKind.Granted, LeaseFrameKind.Data, LeaseFrameKind.Closed], left.Frames.Select(static frame => frame.Kind));
        Assert.Equal("wait done", PoolRig.Text(left.Frames[1]));
    }

    [Fact]
    public void A_sender_waits_while_the_other_end_takes_nothing()
    {
        PoolProcess caller = _rig.NewProcess();
        using LeasePipe pipe = _rig.Ask(caller);
        using LeasePipe? other = _rig.NewProcess().Line.TryGrant(pipe.Lease);
        byte[] half = new byte[LeasePipe.Window / 2];
        var sender = new TestThread(() =>
        {
            for (int i = 0; i < 8; i++)
            {
                Assert.True(other!.TrySend(LeaseFrameKind.Data, half));
            }
        });
        sender.UntilBlocked();

        // What it says about the lease does not wait.
        Assert.True(other!.TrySend(LeaseFrameKind.Granted, []));
        long taken = 0;
        while (taken < 8 * half.Length)
        {
            taken += PoolRig.Take(pipe).Bytes.Length;
        }

        sender.Join();
        Assert.Equal(8 * half.Length, taken);
    }

    [Fact]
    public void Callers_take_turns_when_a_queue_has_fewer_places()
    {
        TestPoolWorker worker = _rig.NewWorker();
        using LeasePipe first = _rig.Ask(_rig.NewProcess());
        PoolRig.Take(first);
        using LeasePipe second = _rig.Ask(_rig.NewProcess());

        // The first one has a run all the time, so the lease is given back between two of them.
        int runs = 0;
        while (first.TrySend(LeaseFrameKind.Data, $"{runs}") && PoolRig.Take(first) is { Kind: LeaseFrameKind.Data })
        {
            runs++;
            _rig.Time.Advance(PoolServer.LookEach);
        }

        Assert.True(runs >= 3);
        Assert.Null(first.Loss);
        Assert.Equal(LeaseFrameKind.Granted, PoolRig.Take(second).Kind);
        Assert.Equal("run done", PoolRig.Run(second, "run"));
        Assert.DoesNotContain($"{runs}", worker.Host.Begun);
    }

    [Fact]
    public void A_place_goes_to_others_between_runs_that_follow_each_other_at_once()
    {
        TestPoolWorker worker = _rig.NewWorker();
        using LeasePipe first = _rig.Ask(_rig.NewProcess());
        PoolRig.Take(first);
        Assert.True(first.TrySend(LeaseFrameKind.Data, "wait"));
        Wait.Until(() => !worker.Host.Begun.IsEmpty);
        using LeasePipe second = _rig.Ask(_rig.NewProcess());
        PassUntilWanted();
        Assert.True(first.TrySend(LeaseFrameKind.Data, "next"));

        worker.Host.Go.Set();

        Assert.Equal(LeaseFrameKind.Granted, PoolRig.Take(second).Kind);
        Assert.Equal("wait done", PoolRig.Text(PoolRig.Take(first)));
        Assert.Equal(LeaseFrameKind.Closed, PoolRig.Take(first).Kind);
        Assert.Equal(["wait"], worker.Host.Begun);
    }

    [Fact]
    public void A_run_whose_worker_was_lost_is_given_a_place_of_its_own_caller_and_no_more_are_given_up_than_wait()
    {
        TestPoolWorker worker = _rig.NewWorker(places: 2);
        PoolProcess caller = _rig.NewProcess();
        LeasePipe[] had = [_rig.Ask(caller), _rig.Ask(caller)];
        foreach (LeasePipe pipe in had)
        {
            PoolRig.Take(pipe);
            Assert.True(pipe.TrySend(LeaseFrameKind.Data, "wait"));
        }

        Wait.Until(() => worker.Host.Begun.Count == 2);
        using LeasePipe fresh = _rig.Ask(caller), again = _rig.Ask(caller, PoolPriority.Again);
        PassUntilWanted();
        worker.Host.Go.Set();

        Assert.Equal(LeaseFrameKind.Granted, PoolRig.Take(again).Kind);
        Assert.All(had, static pipe => PoolRig.Take(pipe));
        Assert.Equal(["Closed", "more done"], had.Select(static pipe =>
        {
            pipe.TrySend(LeaseFrameKind.Data, "more");
            return PoolRig.Take(pipe) is { Kind: LeaseFrameKind.Data } answer ? PoolRig.Text(answer) : "Closed";
        }).Order());
        Assert.False(fresh.Wait(TimeSpan.Zero));
        Array.ForEach(had, static pipe => pipe.Dispose());
    }

    [Fact]
    public void A_worker_that_fails_tells_its_caller()
    {
        _rig.NewWorker();
        using LeasePipe pipe = _rig.Ask(_rig.NewProcess());
        PoolRig.Take(pipe);

        Assert.True(pipe.TrySend(LeaseFrameKind.Data, "fail"));

        LeaseFrame told = PoolRig.Take(pipe);
        Assert.Equal((LeaseFrameKind.Died, "There is no process left."), (told.Kind, PoolRig.Text(told)));
    }

    [Fact]
    public void The_late_end_of_a_run_does_not_end_the_next_one()
    {
        _rig.NewWorker();
        using LeasePipe pipe = _rig.Ask(_rig.NewProcess());
        PoolRig.Take(pipe);
        var lease = new ServedLease(pipe, _rig.Time, static () => true);
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        lease.TryBeginRun(first);
        int begun = lease.Begun;

        // Its caller had its end, and has sent the next one.
        lease.TryBeginRun(second);
        lease.EndRun(begun);
        lease.Look(isWanted: true, isDraining: true);

        Assert.Equal(second, lease.Run);
        Assert.False(lease.Ended.IsCancellationRequested);
    }

    [Fact]
    public void A_lease_without_runs_is_given_back()
    {
        _rig.NewWorker();
        using LeasePipe pipe = _rig.Ask(_rig.NewProcess());
        PoolRig.Take(pipe);

        Assert.Equal(LeaseFrameKind.Closed, Passing(pipe).Kind);
    }

    [Fact]
    public void A_worker_that_drains_ends_the_run_that_it_has_and_takes_no_more()
    {
        TestPoolWorker worker = _rig.NewWorker(places: 2);
        PoolProcess caller = _rig.NewProcess();
        using LeasePipe pipe = _rig.Ask(caller);
        PoolRig.Take(pipe);
        Assert.True(pipe.TrySend(LeaseFrameKind.Data, "wait"));
        Wait.Until(() => !worker.Host.Begun.IsEmpty);

        Assert.True(caller.Store.Tell(worker.Process.Line.Process, PoolOrder.Drain));
        _rig.Time.Advance(PoolServer.LookEach);
        Assert.False(worker.Server.Drained.IsCompleted);
        worker.Host.Go.Set();

        Assert.Equal("wait done", PoolRig.Text(PoolRig.Take(pipe)));
        Assert.Equal(LeaseFrameKind.Closed, Passing(pipe).Kind);
        _rig.PassUntil(() => worker.Server.Drained.IsCompleted);
        using LeasePipe later = _rig.Ask(caller);
        Assert.True(caller.Line.TryWithdraw(later));
    }

    [Fact]
    public void A_worker_that_stops_ends_its_leases()
    {
        TestPoolWorker worker = _rig.NewWorker();
        using LeasePipe pipe = _rig.Ask(_rig.NewProcess());
        PoolRig.Take(pipe);
        Assert.True(pipe.TrySend(LeaseFrameKind.Data, "wait"));
        Wait.Until(() => !worker.Host.Begun.IsEmpty);

        worker.Server.Dispose();

        Assert.Equal(LeaseFrameKind.Died, PoolRig.Take(pipe).Kind);
        Assert.True(pipe.IsEnded);
        Assert.Empty(_rig.Pool.Workers);
    }

    [Fact]
    public void With_a_key_the_store_has_nothing_that_can_be_read_or_changed()
    {
        var key = new PoolKey(new string('k', PoolKey.ShortestText));
        PoolProcess caller = _rig.NewProcess(key);
        using LeasePipe pipe = _rig.Ask(caller);
        using LeasePipe? worker = _rig.NewProcess(key).Line.TryGrant(pipe.Lease);
        Assert.True(worker!.TrySend(LeaseFrameKind.Granted, "secret"));
        Assert.Equal("secret", PoolRig.Text(PoolRig.Take(pipe)));

        LeaseFrame kept = Assert.Single(caller.Store.Receive(LeaseSide.Caller, [new LeaseCursor(pipe.Lease, 0)]).Frames);
        Assert.DoesNotContain("secret", PoolRig.Text(kept), StringComparison.Ordinal);
        caller.Store.Send(caller.Line.Process, [kept with { Number = 2 }]);

        _rig.PassUntil(() => pipe.IsEnded);
        Assert.Contains("another key", pipe.Loss, StringComparison.Ordinal);
    }

    /// <summary>Until a lease that had a run from the beginning may be given to others.</summary>
    private void PassUntilWanted()
    {
        _rig.Time.Advance(ServedLease.KeptFor);
        _rig.Time.Advance(PoolServer.LookEach);
    }

    private int Leases()
    {
        lock (_rig.Pool.Gate)
        {
            return _rig.Pool.Leases.Count;
        }
    }

    /// <summary>Takes the next frame, while time passes.</summary>
    private LeaseFrame Passing(LeasePipe pipe)
    {
        _rig.PassUntil(() => pipe.Wait(TimeSpan.Zero));
        return PoolRig.Take(pipe);
    }
}
