namespace FlowModule.Engine.FanOuts;

/// <summary>
/// Decides which final states of a fan-out are returned, and when: at once, in the order of the input, or, in a race, those of
/// the first runs to complete. Not thread-safe: the fan-out calls it under its lock.
/// </summary>
internal sealed class FinalStateOrder(FanOutOptions options)
{
    private readonly Dictionary<int, FlowState> _early = [];
    private readonly List<FlowState> _losers = [];
    private int _next;
    private int _kept;

    /// <summary>How many states wait for an earlier one.</summary>
    internal int HeldBack => _early.Count;

    /// <summary>Whether the held states wait for that of the run at <paramref name="index"/>.</summary>
    internal bool IsNext(int index) => index == _next;

    /// <summary>Whether as many have completed as the race asks for.</summary>
    internal bool RaceIsWon => _kept == options.First;

    /// <summary>Adds the final state of the run at <paramref name="index"/>, appends the states to emit now, and returns whether it has just won the race.</summary>
    internal bool Add(int index, FlowState state, ref List<FlowState>? ready)
    {
        if (options.First is null)
        {
            Place(index, state, ref ready);
            return false;
        }

        if (RaceIsWon)
        {
            return false;
        }

        if (!state.IsCompleted)
        {
            // A won race is a success whatever failed before; failures count only if it cannot be won.
            _losers.Add(state);
            return false;
        }

        _kept++;
        (ready ??= []).Add(state);
        return RaceIsWon;
    }

    /// <summary>All runs have ended: appends the remaining states.</summary>
    internal void Flush(ref List<FlowState>? rest)
    {
        if (options.First is not null && !RaceIsWon)
        {
            (rest ??= []).AddRange(_losers);
            _losers.Clear();
        }

        // The remaining states wait for runs that were never created.
        foreach (int index in _early.Keys.Order().ToArray())
        {
            (rest ??= []).Add(_early[index]);
        }

        _early.Clear();
    }

    private void Place(int index, FlowState state, ref List<FlowState>? ready)
    {
        if (!options.KeepOrder)
        {
            (ready ??= []).Add(state);
            return;
        }

        _early[index] = state;
        while (_early.Remove(_next, out FlowState? next))
        {
            (ready ??= []).Add(next);
            _next++;
        }
    }
}
