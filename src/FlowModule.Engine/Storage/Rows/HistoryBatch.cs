namespace FlowModule.Engine.Storage.Rows;

/// <summary>Rows that a store writes completely or not at all. Its lists are reused for the next batch: a store that needs them longer must copy them.</summary>
internal sealed class HistoryBatch
{
    private readonly List<RunChange> _changes = [];
    private readonly List<RunChange> _latest = [];
    private readonly List<LogRow> _lines = [];
    private readonly Dictionary<Guid, int> _places = [];

    /// <summary>The states that runs have entered, in order for each run. The same state may occur twice.</summary>
    internal IReadOnlyList<RunChange> Changes => _changes;

    /// <summary>For each run with new states, the last of them: it describes the run's current state.</summary>
    internal IReadOnlyList<RunChange> Latest => _latest;

    /// <summary>The log lines, in the order in which they were written.</summary>
    internal IReadOnlyList<LogRow> Lines => _lines;

    internal bool IsEmpty => _changes.Count == 0 && _lines.Count == 0;

    internal void Add(HistoryRow row)
    {
        switch (row)
        {
            case RunChange change:
                Add(change);
                break;
            case LogRow line:
                _lines.Add(line);
                break;
            default:
                throw new ArgumentException($"{row.GetType()} is no row of a batch.", nameof(row));
        }
    }

    internal void Clear()
    {
        _changes.Clear();
        _latest.Clear();
        _lines.Clear();
        _places.Clear();
    }

    private void Add(RunChange change)
    {
        _changes.Add(change);
        if (!_places.TryGetValue(change.RunId, out int place))
        {
            _places.Add(change.RunId, _latest.Count);
            _latest.Add(change);
        }
        else if (change.State.Number >= _latest[place].State.Number)
        {
            // Not always the last in the queue: a state that was read again from its run may precede an older one that was already queued.
            _latest[place] = change;
        }
    }
}
