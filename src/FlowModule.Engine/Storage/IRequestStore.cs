using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>What is asked of runs that another process executes. Members throw <see cref="HistoryException"/>.</summary>
internal interface IRequestStore
{
    /// <summary>Leaves a request for the process that executes the run.</summary>
    void Add(RunRequest request);

    /// <summary>Takes the requests that were left for runs of this process, oldest first: each is given once.</summary>
    IReadOnlyList<RunRequest> Take();
}
