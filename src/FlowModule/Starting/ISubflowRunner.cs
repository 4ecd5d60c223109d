using FlowModule.Closures;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;

namespace FlowModule.Starting;

/// <summary>Runs the subflows of one <c>Start-Subflow</c>, in one of its ways. All but <see cref="Stop"/> on the pipeline thread.</summary>
internal interface ISubflowRunner : IDisposable
{
    /// <summary>Returns the data that this runner needs to execute a run, and adapts the run's input.</summary>
    object? Prepare(Flow flow, RunPolicy policy, ref RunInput input);

    /// <summary>Whether a run executes on this thread, while the caller waits.</summary>
    bool IsInline(RunPolicy policy);

    /// <summary>Takes a run; with a failure, one whose input did not fit and that ends at once.</summary>
    void Add(FlowRun run, RunFailure? failure);

    /// <summary>Called when no more runs are added: executes the remaining ones and writes their output.</summary>
    void Complete();

    /// <summary>Stops all, from another thread. Returns at once.</summary>
    void Stop(StopRequest request);
}
