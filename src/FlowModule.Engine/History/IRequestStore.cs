namespace FlowModule.Engine.History;

/// <summary>What is asked of runs that another process executes. Members throw <see cref="HistoryException"/>.</summary>
internal interface IRequestStore
{
    /// <summary>Leaves a request for the process that executes the run.</summary>
    void Add(RunRequest request);

    /// <summary>Takes the requests that were left for runs of this process, oldest first: each is given once.</summary>
    IReadOnlyList<RunRequest> Take();
}

/// <summary>Something that a person asks of a run from elsewhere.</summary>
/// <param name="Run">The run.</param>
/// <param name="Kind">What it is to do.</param>
/// <param name="Text">Why, or the answer; the kind says what it is.</param>
internal readonly record struct RunRequest(Guid Run, RunRequestKind Kind, string? Text);

internal enum RunRequestKind
{
    /// <summary>Stop; the text says why.</summary>
    Stop = 1,

    /// <summary>Suspend the flow run; the text says why.</summary>
    Suspend = 2,
}
