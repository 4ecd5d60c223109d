using FlowModule.Engine.Runs;
using FlowModule.Engine.Waves;

namespace FlowModule.Engine.FanOuts;

/// <summary>
/// What the end of each run means for its fan-out: which final states are emitted and counted for the parent, in which order, and whether
/// the rest is stopped. The one place for races, order, waves and stopping on failure. Not thread-safe: whoever runs the fan-out locks.
/// </summary>
/// <param name="options">How the fan-out runs.</param>
/// <param name="counts">Its progress.</param>
internal sealed class FanOutOutcome(FanOutOptions options, FanOutCounts counts)
{
    /// <summary>How many states may wait for an earlier one. Beyond this, only the run that they wait for may start.</summary>
    private const int ReorderCapacity = 4096;

    private readonly FinalStateOrder _order = new(options);

    /// <summary>How far the fan-out is.</summary>
    internal FanOutCounts Counts => counts;

    /// <summary>Whether enough runs have completed: no other run's state is emitted.</summary>
    internal bool RaceIsWon => _order.RaceIsWon;

    /// <summary>Adds the final state of a run.</summary>
    /// <param name="index">The run's index in the fan-out, from 0.</param>
    /// <param name="state">Its final state.</param>
    /// <param name="emitted">The states to emit now, in this order; null for none.</param>
    /// <returns>Why all other runs must stop; null if they continue.</returns>
    internal StopRequest? Add(int index, FlowState state, out List<FlowState>? emitted)
    {
        Counts.Ended(state);
        emitted = null;
        bool won = _order.Add(index, state, ref emitted);
        WaveStep wave = options.Waves?.Ended(!state.IsCompleted) ?? default;
        emitted = Counted(emitted);
        string? why = won
            ? $"{options.First} other subflow(s) completed first."
            : options.StopOnFailure && state.IsFailure
            ? $"{state.Run.KindName} '{state.Run.Name}' ended in state {state.Name}."
            : wave.Action == WaveAction.Stop ? wave.Message : null;
        return why is null ? null : new StopRequest(StopKind.Cancelled, why);
    }

    /// <summary>Called when all runs have ended. Returns the states that were held back; null for none.</summary>
    internal List<FlowState>? Flush()
    {
        List<FlowState>? rest = null;
        _order.Flush(ref rest);
        return Counted(rest);
    }

    /// <summary>
    /// How many of the runs that have not started may start: none or only the first while too many states wait for an earlier one, and
    /// none whose wave has not come.
    /// </summary>
    /// <param name="next">The index of the first of them.</param>
    /// <param name="count">How many there are.</param>
    internal int Startable(int next, int count)
    {
        int startable = _order.HeldBack > ReorderCapacity ? _order.IsNext(next) ? 1 : 0 : count;
        return options.Waves is { } waves ? Math.Min(startable, Math.Max(0, waves.Released - next)) : startable;
    }

    /// <summary>Counts emitted states for the parent, which ends by them if it has no output; unless the caller judges the whole first.</summary>
    private List<FlowState>? Counted(List<FlowState>? states)
    {
        if (!options.GivesStates)
        {
            return null;
        }

        if (options.CountsStates)
        {
            states?.ForEach(static state => state.Run.Around?.CurrentAttempt.CountChild(state));
        }

        return states;
    }
}
