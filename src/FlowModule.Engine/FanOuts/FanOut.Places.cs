using FlowModule.Engine.Runs.Driving;

namespace FlowModule.Engine.FanOuts;

/// <content>The places of concurrent runs: taken, released, and lent by waiting runs.</content>
internal sealed partial class FanOut
{
    /// <inheritdoc/>
    void IRunPlace.Lend(FlowRun run)
    {
        LentWorker? lend;
        lock (_gate)
        {
            if (_open.GetValueOrDefault(run) is { } worker)
            {
                worker.Lane.Hold(worker);
            }

            DropPlace(run);
            lend = Borrow();
        }

        Lend(lend);
    }

    /// <inheritdoc/>
    void IRunPlace.Reclaim(FlowRun run, int attempt)
    {
        LentWorker? lend;
        lock (_gate)
        {
            _reclaiming++;
            while (IsWanted() && _placesTaken >= _options.ThrottleLimit)
            {
                Monitor.Wait(_gate);
            }

            _reclaiming--;
            if (IsWanted())
            {
                TakePlace(run);
            }

            lend = Borrow();
        }

        Lend(lend);

        // A stopped run only has to end. If it was abandoned, it may have ended already or be in its next attempt, and a place
        // that it took now would never be released.
        bool IsWanted() => run.StopRequest is null && run.Attempt == attempt && _open.ContainsKey(run);
    }

    /// <inheritdoc/>
    void IRunPlace.Leave(FlowRun run) => LeavePlace(run);

    private void LeavePlace(FlowRun run)
    {
        LentWorker? lend;
        lock (_gate)
        {
            GiveBackPlace(run);
            lend = Borrow();
        }

        Lend(lend);
    }

    private void TakePlace(FlowRun run)
    {
        if (!run.HoldsPlace)
        {
            run.HoldsPlace = true;
            _placesTaken++;
        }
    }

    /// <summary>The run needs neither its place nor its worker, temporarily or permanently.</summary>
    private void GiveBackPlace(FlowRun run)
    {
        Free(_open.GetValueOrDefault(run));
        DropPlace(run);
    }

    private void DropPlace(FlowRun run)
    {
        if (run.HoldsPlace)
        {
            run.HoldsPlace = false;
            _placesTaken--;
            WakeReclaiming();
        }
    }

    /// <summary>Wakes the runs that wait to get their places back. Only they wait on the lock.</summary>
    private void WakeReclaiming()
    {
        if (_reclaiming > 0)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
