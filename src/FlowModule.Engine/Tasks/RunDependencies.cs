namespace FlowModule.Engine.Tasks;

/// <summary>What a run needs before it can start: other runs that have to be over, and their results in its input.</summary>
/// <param name="runs">The runs it waits for.</param>
/// <param name="allowFailure">Whether it runs even if they did not complete.</param>
/// <param name="resolve">Puts their results into the run's input, or null. What it throws is the run's failure.</param>
internal sealed class RunDependencies(IReadOnlyList<FlowRun> runs, bool allowFailure, Action<FlowRun>? resolve)
{
    private volatile IReadOnlyList<FlowRun> _runs = runs;
    private int _left = -1;
    private Action? _ready;

    /// <summary>The runs it waits for; none once they were seen to.</summary>
    internal IReadOnlyList<FlowRun> Runs => _runs;

    internal bool AreOver => Volatile.Read(ref _left) == 0;

    /// <summary>Says whether all are over; if not, <paramref name="ready"/> is called once they are.</summary>
    internal bool Arm(Action ready)
    {
        if (Volatile.Read(ref _left) >= 0)
        {
            return AreOver;
        }

        // One more than there are, so that none of them can be the last while this goes on.
        _ready = ready;
        Volatile.Write(ref _left, _runs.Count + 1);
        foreach (FlowRun run in _runs)
        {
            if (!run.Family.TryAddWaiter(CountDown))
            {
                Interlocked.Decrement(ref _left);
            }
        }

        return Interlocked.Decrement(ref _left) == 0;
    }

    /// <summary>The first run that did not complete, if that keeps the dependent one from starting; else null.</summary>
    internal FlowRun? FirstNotCompleted() => allowFailure ? null : _runs.FirstOrDefault(static run => !run.State.IsCompleted);

    internal void Resolve(FlowRun run) => resolve?.Invoke(run);

    /// <summary>They are needed no more: a run that is kept would keep all that came before it, however long the chain is.</summary>
    internal void Forget() => _runs = [];

    private void CountDown()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _ready!();
        }
    }
}
