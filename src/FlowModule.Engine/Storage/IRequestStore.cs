using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>Requests to runs that another process executes. Members throw <see cref="HistoryException"/>.</summary>
internal interface IRequestStore
{
    /// <summary>Stores a request for the process that executes the run.</summary>
    void Add(RunRequest request);

    /// <summary>Removes and returns the requests to runs of this process, oldest first.</summary>
    IReadOnlyList<RunRequest> Take();
}
