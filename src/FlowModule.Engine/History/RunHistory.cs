using FlowModule.Engine.Liveness;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

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

    /// <summary>How often the store is looked for in its place while it is used.</summary>
    internal static readonly TimeSpan CheckEach = TimeSpan.FromSeconds(1);

    /// <summary>How often what is kept is made to outlast a power failure.</summary>
    internal static readonly TimeSpan SecureEach = TimeSpan.FromSeconds(1);

    private readonly object _queueGate = new();
    private readonly object _writeGate = new();
    private readonly Func<OpenedStore> _open;
    private readonly TimeProvider _time;
    private readonly HistoryPump? _pump;
    private readonly HistoryBatch _batch = new();
    private List<QueuedRow> _queue = [];
    private List<QueuedRow> _taken = [];
    private long _added;
    private long _written;
    private IHistoryStore? _store;
    private Action<IHistoryStore>[] _ticks = [];
    private Action[] _later = [];
    private long? _securedAt;
    private volatile bool _isUnsecured;
    private bool _isDisposed;

    /// <param name="location">Where it is, for people.</param>
    /// <param name="values">Turns values into text.</param>
    /// <param name="time">The clock.</param>
    /// <param name="open">Opens the store, or throws <see cref="HistoryException"/>. Called again after trouble.</param>
    /// <param name="hasThread">Whether what nobody waits for is written by a thread; else by <see cref="Tick"/>.</param>
    internal RunHistory(string location, IHistoryValues values, TimeProvider time, Func<OpenedStore> open, bool hasThread = true)
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

    /// <summary>Whether there is something to be done from time to time.</summary>
    internal bool NeedsTick => ActiveRuns.Any || _isUnsecured || Volatile.Read(ref _attendants) > 0;

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
    internal long Add(RunRecording recording, RunChange change)
    {
        long ticket;
        bool wasEmpty;
        lock (_queueGate)
        {
            wasEmpty = _queue.Count == 0;
            _queue.Add(new QueuedRow(recording, change));
            ticket = ++_added;
        }

        if (wasEmpty)
        {
            _pump?.Wake();
        }

        return ticket;
    }

    /// <summary>Takes a line of a log. Whoever brings more than fits has to write what waits: so nothing is lost, and memory does not fill.</summary>
    internal void AddLog(RunRecording recording, LogRow line)
    {
        bool wasEmpty, isFull;
        lock (_queueGate)
        {
            wasEmpty = _queue.Count == 0;
            _queue.Add(new QueuedRow(recording, line));
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
                (_queue, _taken) = (_taken, _queue);
                last = _added;
            }

            try
            {
                if (_taken.Count > 0)
                {
                    Save(_taken);
                }
            }
            finally
            {
                // Kept or not: it is done with.
                _taken.Clear();
                Volatile.Write(ref _written, last);
            }
        }
    }

    /// <summary>What is to be done from time to time: writes what waits, and calls those who look after runs.</summary>
    internal void Tick()
    {
        WriteQueued();
        lock (_writeGate)
        {
            if (!_isDisposed)
            {
                Attempt(TickStore);
            }
        }

        Action[] later;
        lock (_queueGate)
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
                // What a run does when it is told something is no reason to write no more.
                Warn($"What another process asked of a run could not be done: {exception.Message}");
            }
        }

        PruneIfDue();
    }

    /// <summary>Writes what waits, and closes the store.</summary>
    public void Dispose()
    {
        lock (_writeGate)
        {
            WriteQueued();
            EndProcess();
            _isDisposed = true;
            CloseStore();
            Dispose(_left);
        }

        _pump?.Dispose();
    }

    private void TickStore(IHistoryStore store)
    {
        CheckPlace(store);
        TickProcesses(store);
        if (_mustRecall)
        {
            Write(store, []);
        }

        if (_isUnsecured && IsDue(_securedAt, SecureEach))
        {
            _securedAt = _time.GetTimestamp();
            store.Secure();
            _isUnsecured = false;
        }

        Array.ForEach(_ticks, tick => tick(store));
    }

    /// <summary>
    /// Writes a batch, to the store that is in its place: whoever waits for it is told that it is kept. Where the store turns out to be damaged or gone, it
    /// is the first of the new one.
    /// </summary>
    private void Save(List<QueuedRow> rows)
    {
        bool isKept = Attempt(store =>
        {
            store.CheckPlace();
            Write(store, rows);
        });
        if (!isKept)
        {
            rows.ForEach(static row => row.Recording.IsLost = true);
        }
    }

    private void Write(IHistoryStore store, List<QueuedRow> rows)
    {
        if (_mustRecall)
        {
            rows = [.. Recall(), .. rows];
        }

        CarryOver(store, rows);

        if (rows.Count > 0)
        {
            Register(store);
            _hasRecorded = true;
            Write(store, rows, _batch);
            CutLogs(store, rows);
            _isUnsecured = true;
            NoteGood();
        }

        _mustRecall = false;
    }

    private static void Write(IHistoryStore store, List<QueuedRow> rows, HistoryBatch batch)
    {
        try
        {
            foreach (QueuedRow row in rows)
            {
                batch.Add(row.Row);
            }

            store.Write(batch);
        }
        finally
        {
            batch.Clear();
        }
    }

    private bool IsDue(long? last, TimeSpan interval) => last is not { } then || _time.GetElapsedTime(then) >= interval;
}

/// <summary>A row that waits to be written.</summary>
/// <param name="Recording">What has told of it.</param>
/// <param name="Row">The row.</param>
internal readonly record struct QueuedRow(RunRecording Recording, HistoryRow Row);
