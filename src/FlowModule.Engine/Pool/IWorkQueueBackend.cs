using FlowModule.Engine.Storage;

namespace FlowModule.Engine.Pool;

/// <summary>A kind of carrier. It is found by the scheme of the history's address: the carrier has its tables beside the history.</summary>
internal interface IWorkQueueBackend
{
    /// <summary>Opens the queues of a history, and makes what they need if it is missing.</summary>
    /// <exception cref="HistoryException">This is not possible.</exception>
    IWorkQueue Open(HistoryAddress address);
}
