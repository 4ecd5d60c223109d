using FlowModule.Engine;

namespace FlowModule.Hosting;

/// <summary>Runs the subflows of one <c>Start-Subflow</c>, in one of its ways. All but <see cref="Stop"/> on the pipeline thread.</summary>
internal interface ISubflowRunner : IDisposable
{
    /// <summary>What a run needs to be executed by this runner; and its input, as it is there.</summary>
    object? Prepare(Flow flow, ref RunInput input);

    /// <summary>Takes a run; with a failure, one whose input did not fit and that ends at once.</summary>
    void Add(FlowRun run, RunFailure? failure);

    /// <summary>No more runs come: runs what is left and writes it.</summary>
    void Complete();

    /// <summary>Stops all, from another thread. Returns at once.</summary>
    void Stop(StopRequest request);
}
