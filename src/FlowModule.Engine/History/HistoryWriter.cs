using System.Globalization;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>
/// Writes what runs tell of themselves in batches. Whoever must have something kept before going on writes all that waits, in one transaction; a
/// thread of the history's own sees to the rest.
/// </summary>
/// <param name="history">The history.</param>
/// <param name="guard">Its store.</param>
/// <param name="process">This process.</param>
/// <param name="warnings">What a person has to be told.</param>
internal sealed class HistoryWriter(RunHistory history, StoreGuard guard, OwnProcess process, HistoryWarnings warnings)
{
    private readonly HistoryQueue _queue = new();
    private readonly HistoryBatch _batch = new();
    private long? _securedAt;
    private volatile bool _isUnsecured;

    internal LogCutter Logs { get; } = new(history.Time);

    /// <summary>Whether something is kept that a power failure could still take.</summary>
    internal bool IsUnsecured => _isUnsecured;

    /// <summary>Takes a row. It waits for nothing. Returns the number to flush up to, and how many rows wait.</summary>
    internal long Add(in QueuedRow row, out int waiting) => _queue.Add(row, out waiting);

    /// <summary>Returns once all up to a number is kept, or cannot be.</summary>
    internal void Flush(long upTo)
    {
        if (_queue.Done < upTo)
        {
            WriteQueued(upTo);
        }
    }

    /// <summary>Writes all that waits.</summary>
    internal void WriteQueued(long upTo = long.MaxValue)
    {
        lock (guard.Gate)
        {
            if (_queue.Done < upTo)
            {
                _queue.Write(Save);
            }
        }
    }

    /// <summary>What is done from time to time. Under the gate.</summary>
    internal void Tick(IHistoryStore store)
    {
        if (guard.MustRecall)
        {
            Write(store, []);
        }

        if (_isUnsecured && history.Time.IsDue(_securedAt, RunHistory.SecureEach))
        {
            _securedAt = history.Time.GetTimestamp();
            store.File?.Secure();
            _isUnsecured = false;
        }
    }

    /// <summary>
    /// Writes a batch, to the store that is in its place: whoever waits for it is told that it is kept. Where the store turns out to be damaged or gone, it
    /// is the first of the new one.
    /// </summary>
    private void Save(List<QueuedRow> rows)
    {
        long? start = HistoryMetrics.Begin();
        bool isKept = guard.TryWithStore(store =>
        {
            store.File?.CheckPlace();
            Write(store, rows);
        });
        HistoryMetrics.End(start, isKept ? rows.Count : 0);
        if (!isKept)
        {
            rows.ForEach(static row => row.Owner.IsLost = true);
        }
    }

    private void Write(IHistoryStore store, List<QueuedRow> rows)
    {
        if (guard.MustRecall)
        {
            rows = [.. Recall(), .. rows];
        }

        if (guard.TakeLeft() is { } left)
        {
            CarryOver(store, left, rows);
        }

        if (rows.Count > 0)
        {
            process.Register(store);
            process.HasRecorded = true;
            WriteBatch(store, rows);
            Logs.Cut(store, rows);
            _isUnsecured = true;
            guard.NoteGood();
        }

        guard.MustRecall = false;
    }

    private void WriteBatch(IHistoryStore store, List<QueuedRow> rows)
    {
        try
        {
            foreach (QueuedRow row in rows)
            {
                _batch.Add(row.Row);
            }

            store.Write(_batch);
        }
        finally
        {
            _batch.Clear();
        }
    }

    /// <summary>
    /// All states up to now of the runs that go on, as rows: a new store has none of them, and one that was in trouble may lack some.
    /// Where it has them, they stay as they are.
    /// </summary>
    private List<QueuedRow> Recall()
    {
        List<QueuedRow> rows = [];
        foreach (FlowRun run in ActiveRuns.All())
        {
            if (run.Recording is { IsElsewhere: false } recording && recording.History == history)
            {
                rows.AddRange(recording.Recall().Select(change => new QueuedRow(recording, change)));
            }
        }

        return rows;
    }

    /// <summary>
    /// Has the new store take over what the lost one has of the runs that go on, and of all that they have started. What was over is not taken over:
    /// who removes a history wants it gone. A person is told, once.
    /// </summary>
    private void CarryOver(IHistoryStore store, IHistoryStore left, List<QueuedRow> rows)
    {
        IEnumerable<Guid> active = ActiveRuns.All().Where(run => run.Recording?.History == history).Select(run => run.Id);
        try
        {
            CarriedRuns runs = store.File?.CarryOver(left, [.. rows.Select(row => row.Row.RunId).Concat(active).Distinct()]) ?? new CarriedRuns(0, 0);
            Tell(string.Create(
                CultureInfo.InvariantCulture,
                $"Runs that go on, and the runs inside them, were copied to the new history: {Count(runs.Carried)}. Not copied: {Count(runs.Others)}."));
        }
        catch (HistoryException exception)
        {
            rows.ForEach(static row => row.Owner.IsLost = true);
            Tell($"Runs that go on could not be copied to the new history: {exception.Message}");
        }
        finally
        {
            StoreGuard.Dispose(left);
        }

        void Tell(string what)
        {
            if (process.HasRecorded)
            {
                warnings.Add($"The history '{history.Location}' was removed or replaced while it was in use. {what}");
            }
        }
    }

    private static string Count(int runs) => runs == 1 ? "one run" : string.Create(CultureInfo.InvariantCulture, $"{runs} runs");
}
