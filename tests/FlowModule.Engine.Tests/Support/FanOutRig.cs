using System.Collections.Concurrent;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;
using FlowModule.Engine.Workers;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Support;

/// <summary>
/// A fan-out and its surroundings: a pool of threads (or of workers that the test drives), fake time, and a caller
/// that adds runs and reads their output like the cmdlet.
/// </summary>
internal sealed class FanOutRig : IDisposable
{
    private readonly TestFlow _flow = new();
    private readonly FlowRun? _parent;
    private readonly WorkerPool _costly;
    private List<RunOutput> _batch = [];

    /// <param name="options">How to run.</param>
    /// <param name="body">The bodies of the runs; null if the test drives the workers.</param>
    /// <param name="parent">The run that starts it.</param>
    /// <param name="heldByParent">Whether the parent must wait for it.</param>
    /// <param name="host">Calls the scripts.</param>
    /// <param name="processors">How many workers are enough for short runs; null for all. While time stands still, every run is short.</param>
    internal FanOutRig(FanOutOptions options, Func<FlowRun, RunOutcome>? body = null, FlowRun? parent = null, bool heldByParent = false, TestHost? host = null, int? processors = null)
    {
        _parent = parent;
        Host = host ?? new TestHost();
        Pool = new WorkerPool(Make, Time);
        _costly = new WorkerPool(Make, Time, isCostly: true);
        FanOut = new FanOut(options with { Processors = processors ?? options.ThrottleLimit }, parent, kind => kind == nameof(FlowIsolation.Runspace) ? Pool : _costly, TestErrors.Instance, Services = new RunServices(Time), heldByParent: heldByParent);

        IWorker Make(WorkerPool pool)
        {
            IWorker worker = body is null ? Hands.Make(pool) : new ThreadWorker(pool, body, Host);
            Workers.Add(worker);
            return worker;
        }
    }

    internal FakeTimeProvider Time { get; } = new();

    internal RunServices Services { get; }

    internal TestHost Host { get; }

    internal WorkerPool Pool { get; }

    internal FanOut FanOut { get; }

    /// <summary>The workers made so far.</summary>
    internal ConcurrentBag<IWorker> Workers { get; } = [];

    internal List<RunOutput> Outputs { get; } = [];

    /// <summary>The workers that the test drives.</summary>
    internal HandWorkers Hands { get; } = new();

    internal IEnumerable<FlowState> States => Outputs.Select(output => output.Record).OfType<FlowState>();

    internal IEnumerable<FlowRun> Runs => States.Select(state => state.Run);

    internal FlowRun NewRun(RunPolicy? policy = null, FlowRun? after = null) =>
        new(_flow, _parent, Time, policy: policy) { Dependencies = after is null ? null : new RunDependencies([after], allowFailure: false, resolve: null) };

    internal FlowRun Add(RunFailure? failure = null, RunPolicy? policy = null)
    {
        FlowRun run = NewRun(policy);
        FanOut.Add(run, failure);
        return run;
    }

    internal FlowRun[] AddMany(int count, RunPolicy? policy = null) => [.. Enumerable.Range(0, count).Select(_ => Add(policy: policy))];

    /// <summary>Adds like the cmdlet, and reads while there is no space.</summary>
    internal FlowRun[] AddWithRoom(int count, Func<int, RunPolicy>? policy = null)
    {
        var runs = new FlowRun[count];
        for (int i = 0; i < count; i++)
        {
            while (!FanOut.HasRoom())
            {
                Read(wait: true);
            }

            runs[i] = Add(policy: policy?.Invoke(i));
            Read(wait: false);
        }

        return runs;
    }

    internal void Read(bool wait)
    {
        FanOut.Output.Read(ref _batch, wait);
        Outputs.AddRange(_batch);
        _batch.Clear();
    }

    /// <summary>Takes the next run and starts it, as a worker driven by the test.</summary>
    internal FlowRun Start()
    {
        FlowRun run = Take() ?? throw new InvalidOperationException("The fan-out gave no run.");
        Begin(run);
        return run;
    }

    /// <summary>The run for the next worker, if one comes and gets something.</summary>
    internal FlowRun? Take() => Hands.Take();

    internal bool Begin(FlowRun run) => Hands.Begin(run, Host);

    internal void Write(FlowRun run, object record) => Hands.SourceOf(run).Write(run, record);

    internal void End(FlowRun run, params object?[] output) => Hands.End(run, new RunOutcome(output));

    internal void Fail(FlowRun run) => Hands.End(run, new RunOutcome([], TestErrors.Failure("it broke")));

    /// <summary>Ends the input, and reads to the end.</summary>
    internal FlowState[] Complete()
    {
        var reader = new TestThread(() =>
        {
            FanOut.CompleteAdding();
            bool finished;
            do
            {
                finished = FanOut.IsFinished;
                Read(wait: !finished);
            }
            while (!finished);
        });
        reader.Join();
        return [.. States];
    }

    public void Dispose()
    {
        FanOut.Output.Close();
        FanOut.CompleteAdding();
        FanOut.Stop(TestErrors.Cancel);
        Pool.Dispose();
        _costly.Dispose();
    }
}
