using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;

namespace FlowModule.Engine.FanOuts;

/// <content>The interface to workers and drivers: runs to take, places to hold, and continuations for runs that have waited.</content>
internal sealed partial class FanOut
{
    /// <summary>The next run for a worker; null if there is none.</summary>
    internal FlowRun? Take(LentWorker worker)
    {
        Output.WaitForRoom();
        FlowRun? run = null;
        LentWorker? lend;
        bool wakeCaller;
        lock (_gate)
        {
            if (worker.IsGone)
            {
                return null;
            }

            // Its previous run may keep its place, but the worker is free for another.
            Free(worker);
            Lane lane = worker.Lane;
            if ((lane.HasEnough && lane.Placed.Count == 0) || !TryTake(lane, out run))
            {
                Dismiss(worker);
            }
            else
            {
                _open[run] = worker;
                lane.Start(worker, run, _time.GetTimestamp());
            }

            lend = Borrow();
            wakeCaller = run is not null && _callerWantsRoom && HasRoomNow();
            _callerWantsRoom &= !wakeCaller;
        }

        if (wakeCaller)
        {
            Output.Signal();
        }

        Lend(lend);
        return run;
    }

    /// <summary>Makes the run's next steps. Returns true if the worker must execute its body.</summary>
    internal bool Begin(LentWorker worker, FlowRun run, IRunHost? host)
    {
        RunStep step = run.Driver!.Next(host, mayExecute: run.Policy.WorkerKind == worker.Lane.Kind);
        worker.IsExecuting = step == RunStep.Execute;
        return worker.IsExecuting || After(run, step);
    }

    /// <inheritdoc/>
    void IRunExecutor.Waiting(FlowRun run) => LeavePlace(run);

    /// <inheritdoc/>
    void IRunExecutor.Wake(FlowRun run)
    {
        // Steps that need no worker are made here: for a run whose body has ended or that was stopped, without hooks. Not the body of a
        // run that is retried at once, because this may be a timer's thread.
        if (run.Driver is { NextThread: StepThread.Any } driver)
        {
            After(run, driver.Next(host: null, mayExecute: false));
        }
        else
        {
            Enqueue(run);
        }
    }

    /// <inheritdoc/>
    void IRunExecutor.Log(FlowRun run, LogLine line)
    {
        if (line.IsShown(_options.Log))
        {
            Output.WriteNow(new RunOutput(run, line));
        }
    }

    /// <inheritdoc/>
    bool IRunExecutor.WantsLog => _options.Log != FlowLogPreference.None;

    /// <summary>Acts on a run's step. Returns false, because there is no body to execute.</summary>
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

        // A body that continues after a wait comes before new runs.
        bool hasPlace = _placesTaken < _options.ThrottleLimit && _reclaiming == 0;
        if (lane.Again.TryPeek(out run) && (hasPlace || run.StopRequest is not null))
        {
            lane.Again.Dequeue();
        }
        else if (hasPlace && Startable(lane) > 0)
        {
            run = lane.Fresh.Dequeue();
        }
        else
        {
            run = null;
            return false;
        }

        TakePlace(run);
        return true;
    }

    private void Enqueue(FlowRun run)
    {
        LentWorker? lend;
        lock (_gate)
        {
            if (!_open.TryGetValue(run, out LentWorker? worker))
            {
                return;
            }

            Lane lane = LaneFor(run);
            Free(worker);
            if (_held.Remove(run) && run.StopRequest is null)
            {
                // It has not begun, so it waits for its turn and its wave like any other run.
                lane.Fresh.Enqueue(run, (-run.Depth, run.Index));
            }
            else
            {
                (run.HoldsPlace ? lane.Placed : lane.Again).Enqueue(run);
            }

            lend = Borrow();
        }

        Lend(lend);
    }

    /// <summary>Where the run waits for a worker. The scripts of its policy can be called by workers of this process alone.</summary>
    private Lane LaneFor(FlowRun run)
    {
        string kind = run.Driver!.NextThread == StepThread.Host ? nameof(FlowIsolation.Runspace) : run.Policy.WorkerKind;
        foreach (Lane lane in _lanes)
        {
            if (lane.Kind == kind)
            {
                return lane;
            }
        }

        var added = new Lane(kind, _pools(kind), _options);
        _lanes.Add(added);
        return added;
    }
}
