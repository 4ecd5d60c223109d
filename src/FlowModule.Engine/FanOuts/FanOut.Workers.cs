namespace FlowModule.Engine;

/// <content>The side that workers and drivers see: runs to take, places to hold, and a way back for runs that have waited.</content>
internal sealed partial class FanOut
{
    internal bool HasWaiting(Lane lane)
    {
        lock (_gate)
        {
            return !lane.IsEmpty;
        }
    }

    /// <summary>The next run of the lane that may run now, waiting for it; null when the worker is of no more use.</summary>
    internal FlowRun? Take(Lane lane)
    {
        Output.WaitForRoom();
        FlowRun? run;
        bool wakeCaller;
        lock (_gate)
        {
            while (!TryTake(lane, out run))
            {
                // Runs that wait elsewhere are enqueued again when their time comes, and then a worker is lent again.
                if (lane.IsEmpty && (_stop is not null || _options.IsOpenEnded || _addingCompleted))
                {
                    lane.Workers--;
                    return null;
                }

                lane.Idle++;
                Monitor.Wait(_gate);
                lane.Idle--;
            }

            wakeCaller = _callerWantsRoom && HasRoomNow();
            _callerWantsRoom &= !wakeCaller;
        }

        if (wakeCaller)
        {
            Output.Signal();
        }

        return run;
    }

    /// <summary>Does the run's next steps. True when the worker is to execute its body.</summary>
    internal bool Begin(Lane lane, FlowRun run, IRunHost? host)
    {
        RunStep step = run.Driver!.Next(host, mayExecute: run.Policy.Isolation == lane.Isolation);
        return step == RunStep.Execute || After(run, step);
    }

    internal void WorkerLost(Lane lane)
    {
        bool lend;
        lock (_gate)
        {
            lend = !lane.IsEmpty;
            lane.Workers -= lend ? 0 : 1;
        }

        if (lend)
        {
            Lend(lane);
        }
    }

    /// <inheritdoc/>
    void IRunExecutor.Waiting(FlowRun run)
    {
        lock (_gate)
        {
            GiveBackPlace(run);
        }
    }

    /// <inheritdoc/>
    void IRunExecutor.Wake(FlowRun run)
    {
        // What needs no worker is done here: a run whose body has ended, and that has no hooks.
        if (run.Driver is { IsEnding: true, NeedsHost: false } driver)
        {
            // It may be retried at once, and this thread executes no body.
            After(run, driver.Next(host: null, mayExecute: false));
        }
        else
        {
            Enqueue(run);
        }
    }

    /// <inheritdoc/>
    void IRunExecutor.Log(FlowRun run, LogLine line) => Output.WriteNow(new RunOutput(run, line));

    /// <inheritdoc/>
    bool IRunExecutor.WantsLog => _options.LogLines;

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
    void IRunPlace.Reclaim(FlowRun run)
    {
        lock (_gate)
        {
            _reclaiming++;
            while (_placesTaken >= _options.ThrottleLimit && run.StopRequest is null)
            {
                Monitor.Wait(_gate);
            }

            _reclaiming--;
            LaneOf(run.Policy.Isolation).Blocked--;
            TakePlace(run);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>What is to be done about a run after a step. Gives false: there is no body to execute.</summary>
    private bool After(FlowRun run, RunStep step)
    {
        switch (step)
        {
            case RunStep.Done:
                Ended(run, run.Driver!.Final!);
                break;
            case RunStep.Host or RunStep.Elsewhere:
                Enqueue(run);
                break;
            default:
                break;
        }

        return false;
    }

    private bool TryTake(Lane lane, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FlowRun? run)
    {
        if (lane.Placed.TryDequeue(out run))
        {
            return true;
        }

        // A run that has been stopped only has to be ended: that takes no place. A body that goes on after it has waited goes first.
        bool hasPlace = _placesTaken < _options.ThrottleLimit && _reclaiming == 0;
        if (lane.Again.TryPeek(out run) && (hasPlace || run.StopRequest is not null))
        {
            lane.Again.Dequeue();
        }
        else if (hasPlace && lane.Fresh.TryPeek(out run, out _) && !IsHeldBack(run))
        {
            lane.Fresh.Dequeue();
        }
        else
        {
            run = null;
            return false;
        }

        TakePlace(run);
        return true;
    }

    /// <summary>Whether the run may not start yet: so many states wait for an earlier one that no more may, or its wave has not come.</summary>
    private bool IsHeldBack(FlowRun next) =>
        (_order.HeldBack > ReorderCapacity && !_order.IsNext(next.Index)) || (_options.Waves is { } waves && next.Index >= waves.Released);

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

    private void Enqueue(FlowRun run)
    {
        Lane? lend = null;
        lock (_gate)
        {
            Lane lane = LaneOf(run.Driver!.NeedsHost ? FlowIsolation.Runspace : run.Policy.Isolation);
            (run.HoldsPlace ? lane.Placed : lane.Again).Enqueue(run);
            if (lane.Idle > 0)
            {
                Monitor.PulseAll(_gate);
            }

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

    private Lane LaneOf(FlowIsolation isolation)
    {
        foreach (Lane lane in _lanes)
        {
            if (lane.Isolation == isolation)
            {
                return lane;
            }
        }

        var added = new Lane(this, isolation, _pools(isolation));
        _lanes.Add(added);
        return added;
    }

    private void Lend(Lane lane)
    {
        try
        {
            lane.Lend();
        }
        catch (ObjectDisposedException)
        {
            // The session closes. This may be a timer's thread, where an exception ends the process.
            lock (_gate)
            {
                lane.Workers--;
            }

            Stop(new StopRequest(StopKind.Cancelled, "The session that started the subflow has ended."));
        }
    }
}
