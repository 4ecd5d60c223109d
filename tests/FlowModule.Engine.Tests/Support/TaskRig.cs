using FlowModule.Engine.Caching;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Limits;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;
using FlowModule.Engine.Workers;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Support;

/// <summary>A flow run with its background tasks, on threads, as with <c>Start-FlowTask</c>.</summary>
internal sealed class TaskRig : IDisposable
{
    private readonly TestFlow _flow = new();
    private readonly WorkerPool _pool;
    private readonly FanOut _tasks;
    private readonly TestExecutor _executor;
    private int _active;
    private int _most;

    /// <param name="throttleLimit">How many tasks run at once.</param>
    /// <param name="policy">The policy of the flow.</param>
    internal TaskRig(int throttleLimit, RunPolicy? policy = null)
    {
        Limits = new LimitTable(Time);
        Services = new RunServices(Time, Limits, new ResultCache(Time), static () => 0.5);
        _executor = new TestExecutor(Host) { Drives = true };
        _pool = new WorkerPool(pool => new ThreadWorker(pool, Execute, Host), Time);
        Flow = new FlowRun(_flow, parent: null, Time, policy: policy);
        _ = new RunDriver(Flow, Services, TestErrors.Instance, _executor);
        Assert.Equal(RunStep.Execute, _executor.Drive(Flow));
        _tasks = new FanOut(
            new FanOutOptions { IsOpenEnded = true, ThrottleLimit = throttleLimit, Processors = throttleLimit, Log = FlowLogPreference.None },
            Flow, _ => _pool, TestErrors.Instance, Services, new OutputQueue(int.MaxValue));
    }

    internal FakeTimeProvider Time { get; } = new();

    internal TestHost Host { get; } = new();

    internal LimitTable Limits { get; }

    internal RunServices Services { get; }

    internal FlowRun Flow { get; }

    internal OutputQueue Output => _tasks.Output;

    /// <summary>The maximum number of bodies that ran at once, without waiting ones.</summary>
    internal int Most => Volatile.Read(ref _most);

    /// <summary>How many workers there are.</summary>
    internal int Workers => _pool.Count;

    internal FlowRun Start(Func<FlowRun, object?> body, FlowRun? parent = null, RunPolicy? policy = null, FlowRun[]? dependsOn = null, bool allowFailure = false, RunLedger? ledger = null)
    {
        var run = new FlowRun(_flow, parent ?? Flow, Time, policy: policy, isTask: true)
        {
            HostData = body,
            Dependencies = dependsOn is null ? null : new RunDependencies(dependsOn, allowFailure, resolve: null),
            LedgerEntry = ledger?.Enter("task"),
        };
        _tasks.Add(run);
        return run;
    }

    /// <summary>Waits for tasks in the body of a run, or in the body of the flow.</summary>
    internal void WaitFor(FlowRun? run, params FlowRun[] tasks)
    {
        using var over = new CountdownEvent(1);
        foreach (FlowRun task in tasks)
        {
            over.AddCount();
            if (!task.Family.TryAddWaiter(() => over.Signal()))
            {
                over.Signal();
            }
        }

        over.Signal();
        if (run != Flow)
        {
            Interlocked.Decrement(ref _active);
        }

        using (RunWait.Begin(run, tasks))
        {
            Assert.True(over.Wait(Wait.Limit), "The tasks were not over in time.");
        }

        if (run != Flow)
        {
            Enter();
        }
    }

    /// <summary>Ends the flow's body, and waits until the flow has ended.</summary>
    internal FlowState EndFlow(RunFailure? failure = null)
    {
        Flow.Driver!.BodyEnded(new RunOutcome([], failure));
        Wait.Until(() => Flow.IsOver);
        return Assert.Single(_executor.Ended);
    }

    public void Dispose()
    {
        _tasks.Output.Close();
        _tasks.CompleteAdding();
        _tasks.Stop(TestErrors.Cancel);
        _pool.Dispose();
    }

    private RunOutcome Execute(FlowRun run)
    {
        Enter();
        try
        {
            return new RunOutcome(((Func<FlowRun, object?>)run.HostData!)(run) is { } result ? [result] : []);
        }
        catch (Exception exception)
        {
            // An exception of a body is its outcome.
            return new RunOutcome([], TestErrors.Instance.Describe(run, exception));
        }
        finally
        {
            Interlocked.Decrement(ref _active);
        }
    }

    private void Enter()
    {
        int active = Interlocked.Increment(ref _active);
        for (int seen = Volatile.Read(ref _most); active > seen;)
        {
            int before = Interlocked.CompareExchange(ref _most, active, seen);
            seen = before == seen ? active : before;
        }
    }
}
