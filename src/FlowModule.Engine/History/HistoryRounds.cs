using FlowModule.Engine.Storage;

namespace FlowModule.Engine.History;

/// <summary>The periodic work on the history's thread.</summary>
/// <param name="warnings">The warnings for the user.</param>
/// <param name="wake">Wakes the thread, which then looks for work.</param>
internal sealed class HistoryRounds(HistoryWarnings warnings, Action wake) : IHistoryRounds
{
    private readonly object _gate = new();
    private Action<IHistoryStore>[] _each = [];
    private Action[] _later = [];
    private int _attendants;

    /// <summary>Whether rounds are wanted though no run is active.</summary>
    internal bool IsAttended => Volatile.Read(ref _attendants) > 0;

    public void Each(Action<IHistoryStore> action)
    {
        lock (_gate)
        {
            _each = [.. _each, action];
        }
    }

    public void After(Action action)
    {
        lock (_gate)
        {
            _later = [.. _later, action];
        }
    }

    public IDisposable Attend()
    {
        Interlocked.Increment(ref _attendants);
        wake();
        return new Attendant(this);
    }

    /// <summary>A round, with the store. Under its gate.</summary>
    internal void Run(IHistoryStore store) => Array.ForEach(_each, action => action(store));

    /// <summary>Runs the actions that were registered for the time after the round.</summary>
    internal void RunLater()
    {
        Action[] later;
        lock (_gate)
        {
            (later, _later) = (_later, []);
        }

        foreach (Action action in later)
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                // An error in a run's reaction must not stop the history from writing.
                warnings.Add($"A request of another process to a run failed: {exception.Message}");
            }
        }
    }

    private sealed class Attendant(HistoryRounds rounds) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref rounds._attendants);
    }
}
