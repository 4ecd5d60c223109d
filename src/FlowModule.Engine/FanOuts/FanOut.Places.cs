namespace FlowModule.Engine;

/// <content>The places of those that run at once: taken, given back, and lent by those that wait.</content>
internal sealed partial class FanOut
{
    /// <inheritdoc/>
    void IRunPlace.Lend(FlowRun run)
    {
        Lane? lend = null;
        lock (_gate)
        {
            Lane lane = LaneOf(run.Policy.Isolation);
            lane.Blocked++;
            GiveBackPlace(run);
            if (lane.WantsWorker(_options.ThrottleLimit))
            {
                lane.Workers++;
                lend = lane;
            }
        }

        if (lend is not null)
        {
            Lend(lend);
        }
    }

    /// <inheritdoc/>
    void IRunPlace.Reclaim(FlowRun run, int attempt)
    {
        lock (_gate)
        {
            _reclaiming++;
            while (IsWanted() && _placesTaken >= _options.ThrottleLimit)
            {
                Monitor.Wait(_gate);
            }

            _reclaiming--;
            LaneOf(run.Policy.Isolation).Blocked--;
            if (IsWanted())
            {
                TakePlace(run);
            }

            Monitor.PulseAll(_gate);
        }

        // One that has been stopped only has to end. If it was given up, it may have ended already or be in its next attempt, and a place
        // that it took now would never come back.
        bool IsWanted() => run.StopRequest is null && run.Attempt == attempt && _open.Contains(run);
    }

    /// <inheritdoc/>
    void IRunPlace.Leave(FlowRun run)
    {
        lock (_gate)
        {
            GiveBackPlace(run);
        }
    }

    private void TakePlace(FlowRun run)
    {
        if (!run.HoldsPlace)
        {
            run.HoldsPlace = true;
            _placesTaken++;
        }
    }

    private void GiveBackPlace(FlowRun run)
    {
        if (run.HoldsPlace)
        {
            run.HoldsPlace = false;
            _placesTaken--;
            Monitor.PulseAll(_gate);
        }
    }
}
