using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Dashboard.Reading;

/// <summary>What is said of queues.</summary>
internal static class QueueViews
{
    /// <summary>Returns the queues that have leases, and those that workers serve.</summary>
    internal static IReadOnlyList<QueueView> Of(IReadOnlyList<PoolWorkerRow> workers, IReadOnlyList<PoolQueueRow> queues)
    {
        List<QueueView> views = [];
        foreach (PoolQueueRow queue in queues)
        {
            // A carrier may have queues of others.
            if (PoolQueues.Parse(queue.Name) is { } parsed)
            {
                views.Add(ViewOf(parsed.Request, parsed.Stamp, workers) with { Priority = parsed.Request.Priority.ToString(), Waiting = queue.Waiting, Executing = queue.Granted });
            }
        }

        foreach (PoolWorkerRow worker in workers.Where(static worker => worker.IsHere))
        {
            foreach (string name in worker.Queues.Where(name => !views.Exists(view => view.Name == name)))
            {
                views.Add(ViewOf(new PoolRequest(name, [], PoolPriority.Normal), PoolStamp.Parse(worker.Stamp), workers));
            }
        }

        // Those that come first are served first.
        return [.. views.Select(static (view, index) => (view, index)).OrderBy(static one => one.view.Name, StringComparer.Ordinal).ThenBy(static one => one.index).Select(static one => one.view)];
    }

    private static QueueView ViewOf(PoolRequest request, PoolStamp stamp, IReadOnlyList<PoolWorkerRow> workers) => new(
        request.Queue,
        request.Tags,
        [.. PoolQueues.WorkersFor(request, stamp, workers).Select(static worker => worker.Name).Order(StringComparer.Ordinal)],
        PoolQueues.WhyNobody(request, stamp, workers));
}
