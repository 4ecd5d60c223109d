using FlowModule.Engine.Runs.Driving;

namespace FlowModule.Engine.FanOuts;

/// <summary>Lends the places, and the workers, of runs that wait to the other runs of their fan-out.</summary>
internal sealed class RunPlaces(OpenRuns open, Staffing staffing) : IRunPlace
{
    /// <inheritdoc/>
    public void Lend(FlowRun run)
    {
        using (staffing.Change())
        {
            if (open.WorkerOf(run) is { } worker)
            {
                worker.Lane.Hold(worker);
            }

            open.Places.Release(run);
        }
    }

    /// <inheritdoc/>
    public void Reclaim(FlowRun run, int attempt)
    {
        // A stopped run only has to end. If it was abandoned, it may have ended already or be in its next attempt, and a place
        // that it took now would never be released.
        using (staffing.Change())
        {
            open.Places.Reclaim(run, () => run.StopRequest is null && run.Attempt == attempt && open.Contains(run));
        }
    }

    /// <inheritdoc/>
    public void Leave(FlowRun run)
    {
        using (staffing.Change())
        {
            staffing.Release(run);
        }
    }
}
