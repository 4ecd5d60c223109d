using System.Collections.Concurrent;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Tests.Support;

/// <summary>
/// Executes runs as simply as can be: it keeps who was woken, and when it is told to, drives them on at once, on the thread that
/// woke them, to their next body or their end.
/// </summary>
internal sealed class TestExecutor(IRunHost? host = null) : IRunExecutor
{
    private readonly ConcurrentQueue<FlowState> _ended = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private int _wakes;
    private int _waits;

    /// <summary>Whether a run that is woken is driven on.</summary>
    internal bool Drives { get; init; }

    /// <summary>What a body does; else the test says how it ends.</summary>
    internal Func<FlowRun, RunOutcome>? Body { get; init; }

    /// <summary>How often a run was woken.</summary>
    internal int Wakes => Volatile.Read(ref _wakes);

    /// <summary>How often a run was about to wait.</summary>
    internal int Waits => Volatile.Read(ref _waits);

    /// <summary>The final state of each run that was driven to its end, once for each time that it was.</summary>
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

    /// <summary>Takes the run on until it needs something else.</summary>
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
