namespace FlowModule.Engine.Pool;

/// <summary>Web pages that a carrier has of its own, for who looks after it. Who serves them sees to it that only those get there who may.</summary>
internal interface IWorkQueuePages
{
    /// <summary>Whether a request is to change something. Not all that are of the method POST are.</summary>
    bool Changes(IWorkQueueExchange exchange);

    /// <summary>Answers a request. False if there is no such page.</summary>
    /// <exception cref="Storage.HistoryException">The carrier cannot be used.</exception>
    Task<bool> Answer(IWorkQueueExchange exchange);
}
