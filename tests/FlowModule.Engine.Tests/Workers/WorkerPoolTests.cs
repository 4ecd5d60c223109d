using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;
using FlowModule.Engine.Workers;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Workers;

public sealed class WorkerPoolTests : IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(WorkerPool.IdleSeconds);

    private readonly FakeTimeProvider _time = new();
    private readonly List<HandWorker> _made = [];
    private readonly WorkerPool _pool;
    private readonly NoSource _source = new();
    private Exception? _fault;

    public WorkerPoolTests() => _pool = new WorkerPool(
        _ =>
        {
            _made.Add(new HandWorker { Fault = _fault });
            return _made[^1];
        },
        _time);

    public void Dispose() => _pool.Dispose();

    private HandWorker Rent()
    {
        HashSet<HandWorker> serving = [.. _made.Where(worker => worker.Source is not null)];
        _made.ForEach(worker => worker.Serve(null!));
        _pool.Rent(_source);
        HandWorker lent = _made.Single(worker => worker.Source is not null);
        foreach (HandWorker worker in serving)
        {
            worker.Serve(_source);
        }

        return lent;
    }

    private HandWorker[] RentMany(int count) => [.. Enumerable.Range(0, count).Select(_ => Rent())];

    [Fact]
    public void Workers_are_made_when_none_is_idle_and_serve_what_they_are_lent_to()
    {
        HandWorker[] workers = RentMany(3);

        Assert.Equal(3, _pool.Count);
        Assert.Equal(_made, workers);
        Assert.All(workers, worker => Assert.Same(_source, worker.Source));
    }

    [Fact]
    public void A_worker_that_a_run_comes_back_to_is_kept_until_it_does_or_its_pool_is_closed()
    {
        HandWorker awaited = Rent(), other = Rent();
        awaited.IsAwaited = true;
        _pool.Return(awaited);
        _pool.Return(other);

        _time.Advance(Idle * 3);
        _pool.CloseIdle();
        Assert.Equal((false, true), (awaited.Disposed, other.Disposed));

        awaited.IsAwaited = false;
        _time.Advance(Idle);
        Assert.True(awaited.Disposed);
        HandWorker last = Rent();
        last.IsAwaited = true;
        _pool.Return(last);
        _pool.Dispose();
        Assert.True(last.Disposed);
    }

    [Fact]
    public void The_first_worker_can_make_itself_ready_before_it_is_lent()
    {
        _pool.Prepare();
        _pool.Prepare();
        HandWorker worker = Assert.Single(_made);
        Assert.True(worker.IsPrepared);
        Assert.Null(worker.Source);

        Assert.Same(worker, Rent());
        _pool.Prepare();
        Assert.Single(_made);
    }

    [Fact]
    public void A_worker_that_cannot_make_itself_ready_is_no_failure_yet_and_not_lent()
    {
        _fault = new InvalidOperationException("There are no more threads.");
        _pool.Prepare();
        Assert.Equal(0, _pool.Count);

        _fault = null;
        Assert.NotSame(_made[0], Rent());
    }

    [Fact]
    public void A_worker_that_breaks_as_it_makes_itself_ready_is_not_lent()
    {
        _pool.Prepare();
        _pool.Forget(_made[0]);

        Assert.NotSame(_made[0], Rent());
        Assert.Equal(1, _pool.Count);
    }

    [Fact]
    public void The_worker_that_was_idle_last_is_lent_first()
    {
        HandWorker[] workers = RentMany(3);
        _pool.Return(workers[1]);
        _pool.Return(workers[0]);
        _pool.Return(workers[2]);

        Assert.Equal([workers[2], workers[0], workers[1]], RentMany(3));
        Assert.Equal(3, _made.Count);
        Assert.Equal(3, _pool.Count);
    }

    [Fact]
    public void A_worker_that_nobody_needs_is_closed_when_its_time_is_up_and_not_before()
    {
        HandWorker worker = Rent();
        _pool.Return(worker);

        _time.Advance(Idle - TimeSpan.FromTicks(1));
        Assert.False(worker.Disposed);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.True(worker.Disposed);
        Assert.Equal(0, _pool.Count);
    }

    [Fact]
    public void Only_those_that_were_idle_long_enough_are_closed()
    {
        HandWorker[] workers = RentMany(2);
        _pool.Return(workers[0]);
        _time.Advance(Idle / 2);
        _pool.Return(workers[1]);

        _time.Advance(Idle / 2);
        Assert.Equal((true, false), (workers[0].Disposed, workers[1].Disposed));
        _time.Advance(Idle);
        Assert.True(workers[1].Disposed);
        Assert.Equal(0, _pool.Count);
    }

    [Fact]
    public void A_worker_at_work_is_not_closed_however_long_it_takes()
    {
        HandWorker worker = Rent();
        _pool.Return(worker);
        Assert.Same(worker, Rent());

        _time.Advance(Idle * 10);

        Assert.False(worker.Disposed);
        Assert.Equal(1, _pool.Count);
        _pool.Return(worker);
        _time.Advance(Idle * 2);
        Assert.True(worker.Disposed);
    }

    [Fact]
    public void Workers_are_closed_again_after_a_time_in_which_there_were_none()
    {
        for (int round = 0; round < 3; round++)
        {
            HandWorker worker = Rent();
            _pool.Return(worker);
            _time.Advance(Idle * 2);
            Assert.True(worker.Disposed);
            Assert.Equal(0, _pool.Count);
        }

        Assert.Equal(3, _made.Count);
    }

    [Fact]
    public void Disposing_closes_the_idle_at_once_and_the_others_when_they_come_back()
    {
        HandWorker[] workers = RentMany(2);
        _pool.Return(workers[0]);

        _pool.Dispose();
        Assert.Equal((true, false), (workers[0].Disposed, workers[1].Disposed));
        _pool.Return(workers[1]);

        Assert.True(workers[1].Disposed);
        Assert.Equal(0, _pool.Count);
        Assert.Throws<ObjectDisposedException>(() => _pool.Rent(_source));
    }

    [Fact]
    public void The_idle_can_be_closed_while_the_others_go_on()
    {
        HandWorker[] workers = RentMany(2);
        Assert.False(_pool.HasIdle);
        _pool.Return(workers[0]);
        Assert.True(_pool.HasIdle);

        _pool.CloseIdle();

        Assert.Equal((true, false), (workers[0].Disposed, workers[1].Disposed));
        Assert.False(_pool.HasIdle);
        _pool.Return(workers[1]);
        Assert.Same(workers[1], Rent());
    }

    [Fact]
    public void A_worker_that_was_given_up_is_never_lent_again_nor_waited_for()
    {
        HandWorker worker = Rent();

        _pool.Forget(worker);
        Assert.Equal(0, _pool.Count);
        _pool.Return(worker);

        Assert.Equal(0, _pool.Count);
        Assert.NotSame(worker, Rent());
        Assert.False(worker.Disposed);
    }

    [Fact]
    public void A_worker_that_comes_back_twice_is_kept_once()
    {
        HandWorker worker = Rent();
        _pool.Return(worker);
        _pool.Return(worker);

        Assert.Equal(1, _pool.Count);
        Assert.Same(worker, Rent());
        Assert.NotSame(worker, Rent());
    }

    private sealed class NoSource : IRunSource
    {
        public bool HasWaiting => false;

        public FlowRun? Take() => null;

        public bool Begin(FlowRun run, IRunHost? host) => false;

        public void Write(FlowRun run, object record)
        {
        }

        public void BodyEnded(FlowRun run, RunOutcome outcome)
        {
        }

        public void WorkerLost()
        {
        }
    }
}
