using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;

namespace FlowModule.Pool;

/// <summary>The workers that serve the queues of a history.</summary>
internal static class PoolWorkers
{
    /// <summary>Returns them, in the order of their names.</summary>
    /// <exception cref="FlowException">The history is a file, or cannot be used.</exception>
    internal static FlowWorker[] At(HistoryAddress address) => Use(address, store => Read(store, address, runs: []));

    /// <summary>The same, with the runs that they execute.</summary>
    /// <exception cref="FlowException">The history is a file, or cannot be used.</exception>
    internal static FlowWorker[] WithRuns(HistoryAddress address) => Use(address, store =>
    {
        Guid[] executed = [.. store.Workers().Where(static worker => worker.IsHere).SelectMany(static worker => worker.Runs)];

        // It may have ended since the worker told of it.
        return Read(store, address, executed.Length == 0 ? [] : Histories.At(address.ToString()).Find(new RunQuery { Ids = executed, OnlyOpen = true }).ToDictionary(static run => run.Id));
    });

    /// <summary>For completers: none where there can be none.</summary>
    internal static FlowWorker[] Known(string? historyPath)
    {
        try
        {
            HistoryAddress address = HistoryBackends.AddressOf(historyPath ?? Histories.DefaultPath);
            return address.Path is null ? At(address) : [];
        }
        catch (FlowException)
        {
            return [];
        }
    }

    /// <summary>Asks a worker to end: when it has nothing left to do, or at once. False if it has ended.</summary>
    /// <exception cref="FlowException">The history cannot be used.</exception>
    internal static bool RequestStop(FlowWorker worker, bool isAtOnce) => Use(worker.Address, store => store.Tell(worker.Row.Key, isAtOnce ? PoolOrder.Stop : PoolOrder.Drain));

    private static FlowWorker[] Read(ILeaseStore store, HistoryAddress address, Dictionary<Guid, FlowRunRecord> runs) =>
        [.. store.Workers().Select(row => new FlowWorker(row, address, row.IsHere ? [.. row.Runs.Select(runs.GetValueOrDefault).OfType<FlowRunRecord>()] : [])).OrderBy(static worker => worker.Name, StringComparer.Ordinal).ThenBy(static worker => worker.StartTime)];

    private static T Use<T>(HistoryAddress address, Func<ILeaseStore, T> use)
    {
        try
        {
            using ILeaseStore store = HistoryBackends.Of(address).LeasesAt(address) ?? throw PoolErrors.NoWorkers(address);
            return use(store);
        }
        catch (HistoryException exception)
        {
            throw HistoryErrors.Unusable(exception);
        }
    }
}
