using System.Collections.Concurrent;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Tests.Support;

/// <summary>
/// The simplest executor: it records which runs were woken, and if told to, drives them at once, on the waking
/// thread, to their next body or their end.
/// </summary>
internal sealed class TestExecutor(IRunHost? host = null) : IRunExecutor
{
    private readonly ConcurrentQueue<FlowState> _ended = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private int _wakes;
    private int _waits;

    /// <summary>Whether a woken run is driven.</summary>
    internal bool Drives { get; init; }

    /// <summary>The body of the runs; without it, the test ends them.</summary>
    internal Func<FlowRun, RunOutcome>? Body { get; init; }

    /// <summary>How often a run was woken.</summary>
    internal int Wakes => Volatile.Read(ref _wakes);

    /// <summary>How often a run was about to wait.</summary>
    internal int Waits => Volatile.Read(ref _waits);

    /// <summary>The final state of each run that was driven to its end, once each time.</summary>
    internal FlowState[] Ended => [.. _ended];

    internal string[] Lines => [.. _lines];

    internal Action<FlowRun>? OnWaiting { get; set; }

    public bool WantsLog => true;

    public void Wake(FlowRun run)
    {
        Interlocked.Increment(ref _wakes);
        if (Drives)
        {
            Drive(run);
        }
    }

    public void Waiting(FlowRun run)
    {
        Interlocked.Increment(ref _waits);
        OnWaiting?.Invoke(run);
    }

    public void Log(FlowRun run, LogLine line) => _lines.Enqueue(line.Text);

    /// <summary>Drives the run until it needs something else.</summary>
    internal RunStep Drive(FlowRun run)
    {
        RunStep step = run.Driver!.Next(host);
        if (step == RunStep.Execute && Body is not null)
        {
            run.Driver.BodyEnded(Body(run));
        }
        else if (step == RunStep.Done)
        {
            _ended.Enqueue(run.Driver.Final!);
        }

        return step;
    }
}
