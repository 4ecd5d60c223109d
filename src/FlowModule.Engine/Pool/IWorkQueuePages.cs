namespace FlowModule.Engine.Pool;

/// <summary>Web pages that a carrier has of its own, for who looks after it. Who serves them sees to it that only those get there who may.</summary>
internal interface IWorkQueuePages
{
    /// <summary>Answers a request.</summary>
    /// <exception cref="Storage.HistoryException">The carrier cannot be used.</exception>
    Task<WorkQueueAnswer> Answer(IWorkQueueExchange exchange);
}

/// <summary>What a carrier has done with a request.</summary>
internal enum WorkQueueAnswer
{
    /// <summary>There is no such page.</summary>
    None,

    /// <summary>It has shown something.</summary>
    Shown,

    /// <summary>It was asked to change something.</summary>
    Changed,
}
