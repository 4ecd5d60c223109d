using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;

namespace FlowModule.Engine.FanOuts;

/// <summary>
/// A worker while it serves a lane of a fan-out. It never waits there: if there is nothing for it, it returns to its pool, and
/// is rented again later. Its state is used under the fan-out's lock.
/// </summary>
internal sealed class RentedWorker(FanOutExecutor executor, Staffing staffing, Lane lane) : IRunSource
{
    internal Lane Lane => lane;

    /// <summary>The run that it executes; null while it is about to take one.</summary>
    internal FlowRun? Run { get; set; }

    /// <summary>Whether it executes the run's body.</summary>
    internal bool IsExecuting { get; set; }

    /// <summary>When it took its run.</summary>
    internal long Since { get; set; }

    /// <summary>Whether it no longer serves the lane.</summary>
    internal bool IsGone { get; set; }

    public bool HasWaiting => staffing.IsOfUse(this);

    public void EndStopped() => executor.EndStopped(this);

    public void NotServed(string why) => executor.NotServed(this, why);

    public FlowRun? Take() => executor.Take(this);

    public bool Begin(FlowRun run, IRunHost? host) => executor.Begin(this, run, host);

    public void Write(FlowRun run, object record) => executor.Write(run, record);

    public void BodyEnded(FlowRun run, RunOutcome outcome) => run.Driver!.BodyEnded(outcome);

    public void WorkerLost() => staffing.WorkerLost(this);
}
