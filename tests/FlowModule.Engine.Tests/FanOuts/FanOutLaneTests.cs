using FlowModule.Engine;
using FlowModule.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Tests.FanOuts;

/// <summary>Runs of different isolation in one fan-out, with a worker of each kind that the test drives.</summary>
public sealed class FanOutLaneTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestHost _host = new();
    private readonly TestFlow _flow = new();
    private readonly Dictionary<FlowIsolation, List<HandWorker>> _workers = [];
    private readonly Dictionary<FlowIsolation, WorkerPool> _pools = [];

    public void Dispose()
    {
        foreach (WorkerPool pool in _pools.Values)
        {
            pool.Dispose();
        }
    }

    private FanOut New(int throttleLimit) =>
        new(new FanOutOptions { ThrottleLimit = throttleLimit, LogLines = false }, parent: null, PoolOf, TestErrors.Instance, new RunServices(_time));

    private WorkerPool PoolOf(FlowIsolation isolation)
    {
        if (!_pools.TryGetValue(isolation, out WorkerPool? pool))
        {
            var workers = _workers[isolation] = [];
            pool = _pools[isolation] = new WorkerPool(
                _ =>
                {
                    workers.Add(new HandWorker());
                    return workers[^1];
                },
                _time);
        }

        return pool;
    }

    private FlowRun Add(FanOut fanOut, FlowIsolation isolation, RunPolicy? policy = null)
    {
        var run = new FlowRun(_flow, parent: null, _time, policy: (policy ?? new RunPolicy()) with { Isolation = isolation });
        fanOut.Add(run);
        return run;
    }

    private IRunSource Source(FlowIsolation isolation) => _workers[isolation][0].Source!;

    private void Play(FlowRun run, FlowIsolation isolation, IRunHost? host = null)
    {
        IRunSource source = Source(isolation);
        Assert.Same(run, source.Take());
        Assert.True(source.Begin(run, host));
        source.BodyEnded(run, RunOutcome.Nothing);
    }

    [Fact]
    public void Each_kind_of_run_goes_to_a_worker_of_its_kind()
    {
        FanOut fanOut = New(4);
        FlowRun inRunspace = Add(fanOut, FlowIsolation.Runspace), inProcess = Add(fanOut, FlowIsolation.Process), alone = Add(fanOut, FlowIsolation.NewRunspace);

        Play(inProcess, FlowIsolation.Process);
        Play(alone, FlowIsolation.NewRunspace);
        Play(inRunspace, FlowIsolation.Runspace);

        fanOut.CompleteAdding();
        Assert.True(fanOut.IsFinished);
        Assert.All(_workers.Values, workers => Assert.Single(workers));
    }

    [Fact]
    public void The_limit_is_one_for_all_kinds()
    {
        FanOut fanOut = New(1);
        FlowRun first = Add(fanOut, FlowIsolation.Runspace), second = Add(fanOut, FlowIsolation.Process);
        Assert.Same(first, Source(FlowIsolation.Runspace).Take());
        Assert.True(Source(FlowIsolation.Runspace).Begin(first, _host));
        FlowRun? next = null;
        var worker = new TestThread(() => next = Source(FlowIsolation.Process).Take());
        worker.UntilBlocked();

        first.Driver!.BodyEnded(RunOutcome.Nothing);
        worker.Join();

        Assert.Same(second, next);
    }

    [Fact]
    public void A_run_wakes_the_idle_worker_of_its_own_kind_and_not_another()
    {
        for (int round = 0; round < 50; round++)
        {
            _workers.Clear();
            _pools.Clear();
            FanOut fanOut = New(2);
            Play(Add(fanOut, FlowIsolation.Process), FlowIsolation.Process);
            Play(Add(fanOut, FlowIsolation.Runspace), FlowIsolation.Runspace);
            FlowRun? taken = null;
            var process = new TestThread(() => Assert.Null(Source(FlowIsolation.Process).Take()));
            process.UntilBlocked();
            var runspace = new TestThread(() => taken = Source(FlowIsolation.Runspace).Take());
            runspace.UntilBlocked();

            FlowRun run = Add(fanOut, FlowIsolation.Runspace);
            runspace.Join();

            Assert.Same(run, taken);
            fanOut.CompleteAdding();
            process.Join();
        }
    }

    [Fact]
    public void A_run_whose_worker_calls_no_scripts_has_its_hooks_called_by_another_and_keeps_its_place()
    {
        FanOut fanOut = New(1);
        FlowRun run = Add(fanOut, FlowIsolation.Process, new RunPolicy { Hooks = new RunHooks { OnRunning = "running", OnCompletion = "completed" } });
        FlowRun waiting = Add(fanOut, FlowIsolation.Process);
        IRunSource process = Source(FlowIsolation.Process);
        Assert.Same(run, process.Take());
        Assert.False(process.Begin(run, host: null));
        IRunSource runspace = Source(FlowIsolation.Runspace);
        Assert.Same(run, runspace.Take());
        Assert.False(runspace.Begin(run, _host));
        Assert.Equal(["-OnRunning running"], _host.Calls);

        // Back to its own kind, before those that are new.
        Play(run, FlowIsolation.Process);
        Assert.Equal((StateType.Completed, false), (run.State.Type, run.IsOver));
        Assert.Same(run, runspace.Take());
        Assert.False(runspace.Begin(run, _host));

        Assert.Equal(["-OnRunning running", "-OnCompletion completed"], _host.Calls);
        Assert.True(run.IsOver);
        Play(waiting, FlowIsolation.Process);
    }

    [Fact]
    public void A_run_with_a_key_to_be_made_begins_where_scripts_are_called_but_does_not_start_there()
    {
        FanOut fanOut = New(1);
        FlowRun run = Add(fanOut, FlowIsolation.Process, new RunPolicy { Cache = new CacheSettings(null, CachePolicy.Inputs, null, Refresh: false) });
        IRunSource runspace = Source(FlowIsolation.Runspace);
        Assert.Same(run, runspace.Take());
        Assert.False(runspace.Begin(run, _host));
        Assert.Equal(StateType.Pending, run.State.Type);

        Play(run, FlowIsolation.Process);

        Assert.Equal(StateType.Completed, run.State.Type);
    }

    [Fact]
    public void A_worker_of_one_kind_that_is_lost_is_replaced_by_one_of_its_kind()
    {
        FanOut fanOut = New(2);
        FlowRun first = Add(fanOut, FlowIsolation.Process);
        Add(fanOut, FlowIsolation.Process);
        Add(fanOut, FlowIsolation.Process);
        Assert.Same(first, Source(FlowIsolation.Process).Take());
        int before = _workers[FlowIsolation.Process].Count;

        Source(FlowIsolation.Process).WorkerLost();

        Assert.Equal(before + 1, _workers[FlowIsolation.Process].Count);
        Assert.False(_workers.ContainsKey(FlowIsolation.Runspace));
    }
}
