namespace FlowModule.Engine;

/// <summary>
/// One history: takes what runs tell of themselves, and writes it in batches. Whoever must have something kept before going on
/// writes all that waits, in one transaction; a thread of its own sees to the rest.
/// </summary>
internal sealed partial class RunHistory : IDisposable
{
    /// <summary>How many entries may wait before those who bring more have to write them.</summary>
    internal const int Capacity = 10_000;

    /// <summary>How long the history is left alone after trouble, before it is tried again.</summary>
    internal static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly object _queueGate = new();
    private readonly object _writeGate = new();
    private readonly Func<RunHistory, OpenedStore> _open;
    private readonly TimeProvider _time;
    private readonly HistoryPump? _pump;
    private List<HistoryEntry> _queue = [];
    private List<HistoryEntry> _batch = [];
    private long _added;
    private long _written;
    private long _batchNumber;
    private IHistoryStore? _store;
    private Action<IHistoryStore>[] _ticks = [];
    private Action[] _later = [];
    private bool _isDisposed;

    /// <param name="location">Where it is, for people.</param>
    /// <param name="values">Turns values into text.</param>
    /// <param name="time">The clock.</param>
    /// <param name="open">Opens the store, or throws <see cref="HistoryException"/>. Called again after trouble.</param>
    /// <param name="hasThread">Whether what nobody waits for is written by a thread; else by <see cref="Tick"/>.</param>
    internal RunHistory(string location, IHistoryValues values, TimeProvider time, Func<RunHistory, OpenedStore> open, bool hasThread = true)
    {
        Location = location;
        Values = values;
        _time = time;
        _open = open;
        _watch = new ProcessWatch(location, time);
        _pump = hasThread ? new HistoryPump(this) : null;
    }

    internal string Location { get; }

    internal IHistoryValues Values { get; }

    internal TimeProvider Time => _time;

    /// <summary>Has something done regularly while runs are active, on the history's thread, with the store if there is one.</summary>
    internal void EachTick(Action<IHistoryStore> action)
    {
        lock (_queueGate)
        {
            _ticks = [.. _ticks, action];
        }
    }

    /// <summary>Has something done on the history's thread after a tick, where nothing of the history is held: what runs do when they are told something is their own.</summary>
    internal void AfterTick(Action action)
    {
        lock (_queueGate)
        {
            _later = [.. _later, action];
        }
    }

    /// <summary>Takes a state. It waits for nothing. Gives the number to flush up to.</summary>
    internal long Add(StateEntry entry)
    {
        long ticket;
        bool wasEmpty;
        lock (_queueGate)
        {
            wasEmpty = _queue.Count == 0;
            _queue.Add(entry);
            ticket = ++_added;
        }

        if (wasEmpty)
        {
            _pump?.Wake();
        }

        return ticket;
    }

    /// <summary>Takes a line of a log. Whoever brings more than fits has to write what waits: so nothing is lost, and memory does not fill.</summary>
    internal void AddLog(LogEntry entry)
    {
        bool wasEmpty, isFull;
        lock (_queueGate)
        {
            wasEmpty = _queue.Count == 0;
            _queue.Add(entry);
            _added++;
            isFull = _queue.Count >= Capacity;
        }

        if (isFull)
        {
            WriteQueued();
        }
        else if (wasEmpty)
        {
            _pump?.Wake();
        }
    }

    /// <summary>Returns once all up to a number is kept, or cannot be.</summary>
    internal void Flush(long ticket)
    {
        if (Volatile.Read(ref _written) < ticket)
        {
            WriteQueued(ticket);
        }
    }

    /// <summary>Writes all that waits.</summary>
    internal void WriteQueued(long upTo = long.MaxValue)
    {
        lock (_writeGate)
        {
            if (_written >= upTo)
            {
                return;
            }

            long last;
            lock (_queueGate)
            {
                (_queue, _batch) = (_batch, _queue);
                last = _added;
            }

            if (_batch.Count > 0)
            {
                Save(_batch);
                _batch.Clear();
            }

            Volatile.Write(ref _written, last);
        }
    }

    /// <summary>What is to be done from time to time: writes what waits, and calls those who look after runs.</summary>
    internal void Tick()
    {
        WriteQueued();
        lock (_writeGate)
        {
            if (!_isDisposed && OpenStore() is { } store)
            {
                Guard(() =>
                {
                    TickProcesses(store);
                    Array.ForEach(_ticks, tick => tick(store));
                });
            }
        }

        Action[] later;
        lock (_queueGate)
        {
            (later, _later) = (_later, []);
        }

        Array.ForEach(later, static action => action());
    }

    /// <summary>Writes what waits, and closes the store.</summary>
    public void Dispose()
    {
        WriteQueued();
        lock (_writeGate)
        {
            EndProcess();
            _isDisposed = true;
            CloseStore();
        }

        _pump?.Dispose();
    }

    private void Save(List<HistoryEntry> batch)
    {
        MarkLatest(batch);
        if (OpenStore() is { } store)
        {
            // A damaged file is set aside when it is opened next: then this batch is the first of the new one.
            if (Guard(() => Write(store, batch)) || (OpenStore() is { } other && Guard(() => Write(other, batch))))
            {
                return;
            }
        }

        foreach (HistoryEntry entry in batch)
        {
            entry.Recording.IsLost = true;
        }
    }

    private void Write(IHistoryStore store, List<HistoryEntry> batch)
    {
        Register(store);
        _hasRecorded = true;
        store.Write(batch);
    }

    /// <summary>Of several states of a run in one batch, only the last says what the run is now.</summary>
    private void MarkLatest(List<HistoryEntry> batch)
    {
        _batchNumber++;
        for (int i = batch.Count - 1; i >= 0; i--)
        {
            if (batch[i] is StateEntry entry)
            {
                entry.IsLatest = entry.Recording.Batch != _batchNumber;
                entry.Recording.Batch = _batchNumber;
            }
        }
    }
}
