namespace FlowModule.Engine.Tasks;

/// <summary>The dependencies of a run: other runs that must be over first, and whose results become its input.</summary>
/// <param name="runs">The runs it waits for.</param>
/// <param name="allowFailure">Whether it runs even if they did not complete.</param>
/// <param name="resolve">Puts their results into the run's input, or null. If it throws, the run fails.</param>
internal sealed class RunDependencies(IReadOnlyList<FlowRun> runs, bool allowFailure, Action<FlowRun>? resolve)
{
    private volatile IReadOnlyList<FlowRun> _runs = runs;
    private int _left = -1;
    private Action? _ready;

    /// <summary>The runs it waits for; empty after they are processed.</summary>
    internal IReadOnlyList<FlowRun> Runs => _runs;

    internal bool AreOver => Volatile.Read(ref _left) == 0;

    /// <summary>Returns whether all are over; otherwise calls <paramref name="ready"/> when they are.</summary>
    internal bool Arm(Action ready)
    {
        if (Volatile.Read(ref _left) >= 0)
        {
            return AreOver;
        }

        // One more than their number, so that none can be the last while this method still registers.
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

    /// <summary>The first run that did not complete, if this prevents the start; otherwise null.</summary>
    internal FlowRun? FirstNotCompleted() => allowFailure ? null : _runs.FirstOrDefault(static run => !run.State.IsCompleted);

    internal void Resolve(FlowRun run) => resolve?.Invoke(run);

    /// <summary>Releases the runs, because a stored run would otherwise keep its whole chain of dependencies in memory.</summary>
    internal void Forget() => _runs = [];

    private void CountDown()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _ready!();
        }
    }
}
