using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage;

namespace FlowModule.Dashboard.Reading;

/// <summary>What carries requests to the workers of the history. It is loaded when its own pages are first asked for.</summary>
/// <param name="pool">The workers.</param>
/// <param name="open">Opens it.</param>
internal sealed class Carrier(PoolReader pool, Func<IWorkQueue> open) : IDisposable
{
    private readonly Lazy<IWorkQueue> _queue = new(open, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Its pages; null if it has none, or the history has no workers.</summary>
    /// <exception cref="HistoryException">It cannot be opened.</exception>
    internal IWorkQueuePages? Pages => pool.Exists ? _queue.Value.Pages : null;

    public void Dispose()
    {
        if (_queue.IsValueCreated)
        {
            _queue.Value.Dispose();
        }
    }
}
