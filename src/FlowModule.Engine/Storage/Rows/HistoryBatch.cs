namespace FlowModule.Engine.Storage.Rows;

/// <summary>What a store keeps in one go: all of it or nothing. Its lists are used again for the next batch: a store that needs them longer copies them.</summary>
internal sealed class HistoryBatch
{
    private readonly List<RunChange> _changes = [];
    private readonly List<RunChange> _latest = [];
    private readonly List<LogRow> _lines = [];
    private readonly Dictionary<Guid, int> _places = [];

    /// <summary>The states that runs have entered, those of one run in their order. The same state may be there twice.</summary>
    internal IReadOnlyList<RunChange> Changes => _changes;

    /// <summary>Of each run that has entered a state, the one that says what the run is now: its last.</summary>
    internal IReadOnlyList<RunChange> Latest => _latest;

    /// <summary>The lines of logs, in the order in which they were written.</summary>
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
            // Not always the one that comes last: one that was read anew from its run may be followed by an older one that was on its way.
            _latest[place] = change;
        }
    }
}
