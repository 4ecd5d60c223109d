using FlowModule.Engine.Caching;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;
using FlowModule.Engine.Workers;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.FanOuts;

/// <summary>Runs of different isolation in one fan-out, with a worker of each kind that the test drives.</summary>
public sealed class FanOutLaneTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestHost _host = new();
    private readonly TestFlow _flow = new();
    private readonly Dictionary<string, HandWorkers> _workers = [];
    private readonly Dictionary<string, WorkerPool> _pools = [];

    public void Dispose()
    {
        foreach (WorkerPool pool in _pools.Values)
        {
            pool.Dispose();
        }
    }

    private FanOut New(int throttleLimit) =>
        new(new FanOutOptions { ThrottleLimit = throttleLimit, Log = FlowLogPreference.None }, parent: null, PoolOf, TestErrors.Instance, new RunServices(_time));

    private WorkerPool PoolOf(string kind)
    {
        if (!_pools.TryGetValue(kind, out WorkerPool? pool))
        {
            pool = _pools[kind] = new WorkerPool((_workers[kind] = new HandWorkers()).Make, _time);
        }

        return pool;
    }

    private FlowRun Add(FanOut fanOut, FlowIsolation isolation, RunPolicy? policy = null)
    {
        var run = new FlowRun(_flow, parent: null, _time, policy: (policy ?? new RunPolicy()) with { Isolation = isolation });
        fanOut.Add(run);
        return run;
    }

    private void Play(FlowRun run, FlowIsolation isolation, IRunHost? host = null) => Play(run, isolation.ToString(), host);

    private void Play(FlowRun run, string kind, IRunHost? host = null)
    {
        HandWorkers workers = _workers[kind];
        Assert.Same(run, workers.Take());
        Assert.True(workers.Begin(run, host));
        workers.End(run, RunOutcome.Nothing);
    }

    [Fact]
    public void A_run_whose_policy_names_another_kind_of_workers_goes_to_one_of_these()
    {
        FanOut fanOut = New(2);
        FlowRun elsewhere = Add(fanOut, FlowIsolation.Process, new RunPolicy { WorkerKind = "elsewhere" }), inProcess = Add(fanOut, FlowIsolation.Process);
        fanOut.CompleteAdding();
        Play(elsewhere, "elsewhere");
        Play(inProcess, FlowIsolation.Process);

        Assert.True(fanOut.IsFinished);
        Assert.True(elsewhere.State.IsCompleted);
    }

    [Fact]
    public void Runs_that_could_begin_say_that_there_is_no_worker_and_begin_when_there_is_one()
    {
        FanOut fanOut = New(2);
        FlowRun[] runs = [.. Enumerable.Range(0, 3).Select(_ => Add(fanOut, FlowIsolation.Process))];
        HandWorkers workers = _workers[nameof(FlowIsolation.Process)];

        workers.AnySource().NotServed("Nobody serves it.");
        workers.AnySource().NotServed("Nobody serves it.");

        Assert.Equal(["NoWorker", "NoWorker", "Pending"], runs.Select(run => run.State.Name));
        Assert.Equal((StateType.Scheduled, "Nobody serves it."), (runs[0].State.Type, runs[0].State.Message));
        Play(runs[0], FlowIsolation.Process);
        Assert.Equal(["Pending", "NoWorker", "Running", "Completed"], runs[0].States.Select(state => state.Name));
        runs[1].Stop(new StopRequest(StopKind.Cancelled, "Enough."));
        workers.AnySource().EndStopped();
        Assert.Equal(StateType.Cancelled, runs[1].State.Type);
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
        Assert.All(_workers.Values, workers => Assert.Equal(1, workers.Made));
    }

    [Fact]
    public void The_limit_is_one_for_all_kinds()
    {
        FanOut fanOut = New(1);
        FlowRun first = Add(fanOut, FlowIsolation.Runspace), second = Add(fanOut, FlowIsolation.Process);
        HandWorkers runspace = _workers[nameof(FlowIsolation.Runspace)], process = _workers[nameof(FlowIsolation.Process)];
        Assert.Same(first, runspace.Take());
        Assert.True(runspace.Begin(first, _host));
        Assert.Null(process.Take());

        runspace.End(first, RunOutcome.Nothing);

        Assert.Same(second, process.Take());
    }

    [Fact]
    public void A_run_has_a_worker_of_its_own_kind_lent_and_not_another()
    {
        FanOut fanOut = New(2);
        Play(Add(fanOut, FlowIsolation.Process), FlowIsolation.Process);
        Play(Add(fanOut, FlowIsolation.Runspace), FlowIsolation.Runspace);
        HandWorkers runspace = _workers[nameof(FlowIsolation.Runspace)], process = _workers[nameof(FlowIsolation.Process)];
        Assert.Null(process.Take());
        Assert.Null(runspace.Take());

        FlowRun run = Add(fanOut, FlowIsolation.Runspace);

        Assert.Equal((0, 1), (process.Lent, runspace.Lent));
        Assert.Same(run, runspace.Take());
    }

    [Fact]
    public void A_run_whose_worker_calls_no_scripts_has_its_hooks_called_by_another_and_keeps_its_place()
    {
        FanOut fanOut = New(1);
        FlowRun run = Add(fanOut, FlowIsolation.Process, new RunPolicy { Hooks = new RunHooks { OnRunning = ["running"], OnCompletion = ["completed"] } });
        FlowRun waiting = Add(fanOut, FlowIsolation.Process);
        HandWorkers process = _workers[nameof(FlowIsolation.Process)];
        Assert.Same(run, process.Take());
        Assert.False(process.Begin(run, host: null));
        HandWorkers runspace = _workers[nameof(FlowIsolation.Runspace)];
        Assert.Same(run, runspace.Take());
        Assert.False(runspace.Begin(run, _host));
        Assert.Equal(["-OnRunning running"], _host.Calls);

        // Returns to its own kind before new runs.
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
        HandWorkers runspace = _workers[nameof(FlowIsolation.Runspace)];
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
        HandWorkers process = _workers[nameof(FlowIsolation.Process)];
        Assert.Same(first, process.Take());
        Assert.True(process.Begin(first, host: null));
        Assert.Equal(2, process.Made);

        process.EndLost(first, RunOutcome.Nothing);

        Assert.Equal((3, 2), (process.Made, process.Lent));
        Assert.False(_workers.ContainsKey(nameof(FlowIsolation.Runspace)));
    }
}
