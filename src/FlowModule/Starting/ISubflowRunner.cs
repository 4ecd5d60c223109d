using FlowModule.Closures;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;

namespace FlowModule.Starting;

/// <summary>Runs the subflows of one <c>Start-Subflow</c>, in one of its ways. All but <see cref="Stop"/> on the pipeline thread.</summary>
internal interface ISubflowRunner : IDisposable
{
    /// <summary>What a run needs to be executed by this runner; and its input, as it is there.</summary>
    object? Prepare(Flow flow, RunPolicy policy, ref RunInput input);

    /// <summary>Whether a run executes on this thread, and the caller with it does nothing else.</summary>
    bool IsInline(RunPolicy policy);

    /// <summary>Takes a run; with a failure, one whose input did not fit and that ends at once.</summary>
    void Add(FlowRun run, RunFailure? failure);

    /// <summary>No more runs come: runs what is left and writes it.</summary>
    void Complete();

    /// <summary>Stops all, from another thread. Returns at once.</summary>
    void Stop(StopRequest request);
}
