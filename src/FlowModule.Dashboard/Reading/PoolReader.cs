using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Dashboard.Reading;

/// <summary>Reads for the pages which workers serve queues, and what waits there.</summary>
/// <param name="reader">The history.</param>
/// <param name="open">Opens the store of the leases, which is then kept open; null if the history can have none.</param>
internal sealed class PoolReader(HistoryReader reader, Func<ILeaseStore?> open) : IDisposable
{
    /// <summary>How many runs of a worker are shown.</summary>
    internal const int MostRuns = 5;

    private readonly Lock _gate = new();
    private ILeaseStore? _store;
    private string? _shown;

    /// <summary>Whether the history can have workers: other machines reach it.</summary>
    internal bool IsPossible => reader.History.Address.Path is null;

    /// <summary>Whether there can be workers, and there is a history. Reading must not create one.</summary>
    internal bool Exists => IsPossible && reader.Exists;

    /// <summary>Returns the workers and the queues.</summary>
    /// <exception cref="HistoryException">The store cannot be used.</exception>
    internal PoolView Read()
    {
        (IReadOnlyList<PoolWorkerRow> workers, IReadOnlyList<PoolQueueRow> queues) = Rows();
        _shown = TextOf(workers, queues);
        Guid[] executed = [.. workers.Where(static worker => worker.IsHere).SelectMany(static worker => worker.Runs.Take(MostRuns))];
        Dictionary<Guid, RunRow> runs = executed.Length == 0 ? [] : reader.History.Find(new RunQuery { Ids = executed }).Select(RunRows.Of).ToDictionary(static run => run.Id);
        return new PoolView(
            [.. workers.Select(row => new WorkerView(new FlowWorker(row, reader.History.Address), row.IsHere ? [.. row.Runs.Select(runs.GetValueOrDefault).OfType<RunRow>().Where(static run => !run.IsOver)] : []))
                .OrderBy(static worker => worker.Worker.Name, StringComparer.Ordinal)],
            QueueViews.Of(workers, queues));
    }

    /// <summary>Whether anything is different from what was last shown. It is told once, and only if it was shown: otherwise nobody asks the store.</summary>
    internal bool HasChanged()
    {
        if (_shown is not { } shown)
        {
            return false;
        }

        try
        {
            (IReadOnlyList<PoolWorkerRow> workers, IReadOnlyList<PoolQueueRow> queues) = Rows();
            if (TextOf(workers, queues) == shown)
            {
                return false;
            }

            _shown = null;
            return true;
        }
        catch (HistoryException)
        {
            // The next look sees it. That the history cannot be used, the pages say anyway.
            return false;
        }
    }

    /// <summary>Returns a worker by its key, or null.</summary>
    internal FlowWorker? Find(Guid key) => Rows().Workers.FirstOrDefault(worker => worker.Key == key) is { } row ? new FlowWorker(row, reader.History.Address) : null;

    /// <summary>Asks a worker to end. False if it has ended.</summary>
    internal bool Tell(FlowWorker worker, PoolOrder order) => Store()?.Tell(worker.Row.Key, order) == true;

    public void Dispose() => _store?.Dispose();

    private static string TextOf(IReadOnlyList<PoolWorkerRow> workers, IReadOnlyList<PoolQueueRow> queues) => string.Join(
        '\n',
        [.. workers.Select(static worker => $"{worker.Key} {worker.IsHere} {worker.Order} {worker.Busy} {string.Join(',', worker.Runs)}"), .. queues.Select(static queue => queue.ToString())]);

    private (IReadOnlyList<PoolWorkerRow> Workers, IReadOnlyList<PoolQueueRow> Queues) Rows() => Store() is { } store ? (store.Workers(), store.Queues()) : ([], []);

    private ILeaseStore? Store()
    {
        lock (_gate)
        {
            return _store ??= Exists ? open() : null;
        }
    }
}
