namespace FlowModule.Engine.Pool;

/// <summary>
/// How requests for workers reach the machines that serve a queue. It carries ids of leases and nothing else, and may carry one several times: whoever gets
/// it claims the lease first. All members throw <see cref="Storage.HistoryException"/>.
/// </summary>
internal interface IWorkQueue : IDisposable
{
    /// <summary>Its own web pages; null if it has none.</summary>
    IWorkQueuePages? Pages => null;

    /// <summary>Puts a lease into a queue.</summary>
    void Put(string queue, Guid lease);

    /// <summary>Serves queues.</summary>
    /// <param name="queues">The names of the queues: those that come first in alphabetical order are served first.</param>
    /// <param name="places">How many leases are worked on at once, at most.</param>
    /// <param name="work">Does the work of one lease, on a thread of its own.</param>
    IWorkService Serve(IReadOnlyList<string> queues, int places, Action<Guid> work);
}

/// <summary>The serving of queues. Its disposal waits for the work that goes on.</summary>
internal interface IWorkService : IDisposable
{
    /// <summary>Takes nothing more. What was taken goes on; this does not wait for it.</summary>
    void Stop();
}
