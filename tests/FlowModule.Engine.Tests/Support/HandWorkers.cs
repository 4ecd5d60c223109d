using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Workers;

namespace FlowModule.Engine.Tests.Support;

/// <summary>The workers of one pool, all driven by the test: each takes one run at a time, and leaves when it gets none.</summary>
internal sealed class HandWorkers
{
    private readonly object _gate = new();
    private readonly List<(HandWorker Worker, WorkerPool Pool)> _made = [];
    private readonly Dictionary<HandWorker, FlowRun> _runs = [];

    /// <summary>How many were created.</summary>
    internal int Made
    {
        get
        {
            lock (_gate)
            {
                return _made.Count;
            }
        }
    }

    /// <summary>How many are lent.</summary>
    internal int Lent
    {
        get
        {
            lock (_gate)
            {
                return _made.Count(static made => made.Worker.Source is not null);
            }
        }
    }

    internal IWorker Make(WorkerPool pool)
    {
        var worker = new HandWorker();
        lock (_gate)
        {
            _made.Add((worker, pool));
        }

        return worker;
    }

    /// <summary>The run for the first worker that comes; null if none gets one.</summary>
    internal FlowRun? Take()
    {
        while (Free() is ({ } worker, { } pool))
        {
            if (worker.Source!.Take() is { } run)
            {
                lock (_gate)
                {
                    _runs[worker] = run;
                }

                return run;
            }

            worker.Leave();
            pool.Return(worker);
        }

        return null;
    }

    /// <summary>The source of the worker of the run.</summary>
    internal IRunSource SourceOf(FlowRun run) => WorkerOf(run).Source!;

    /// <summary>The source of a worker without a run.</summary>
    internal IRunSource AnySource()
    {
        lock (_gate)
        {
            return _made.FindLast(made => made.Worker.Source is not null && !_runs.ContainsKey(made.Worker)).Worker.Source!;
        }
    }

    internal bool Begin(FlowRun run, IRunHost? host) => SourceOf(run).Begin(run, host) || Drop(run);

    internal void End(FlowRun run, RunOutcome outcome)
    {
        IRunSource source = SourceOf(run);
        Drop(run);
        source.BodyEnded(run, outcome);
    }

    /// <summary>Ends the run and its worker.</summary>
    internal void EndLost(FlowRun run, RunOutcome outcome)
    {
        HandWorker worker = WorkerOf(run);
        IRunSource source = worker.Source!;
        Drop(run);
        source.BodyEnded(run, outcome);
        worker.Leave();
        source.WorkerLost();
    }

    private (HandWorker? Worker, WorkerPool? Pool) Free()
    {
        lock (_gate)
        {
            return _made.Find(made => made.Worker.Source is not null && !_runs.ContainsKey(made.Worker));
        }
    }

    private HandWorker WorkerOf(FlowRun run)
    {
        lock (_gate)
        {
            return _runs.Single(pair => pair.Value == run).Key;
        }
    }

    private bool Drop(FlowRun run)
    {
        HandWorker worker = WorkerOf(run);
        lock (_gate)
        {
            _runs.Remove(worker);
        }

        return false;
    }
}
