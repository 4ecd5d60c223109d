using FlowModule.Engine.Runs;

namespace FlowModule.Engine.FanOuts;

/// <summary>
/// Decides the number of workers. Each worker that comes and finds more work wakes another, up to the throttle limit, until the runs prove to
/// be shorter than waking a worker: then only as many workers are active as there are processors, and a worker with a long run is replaced.
/// </summary>
/// <param name="open">The runs, with the lock.</param>
/// <param name="output">Through it, a caller that waits for room is woken.</param>
/// <param name="time">The clock.</param>
/// <param name="workers">Makes what is rented from the pool of a lane.</param>
/// <param name="unserved">Called when no worker can be rented for a lane. It must end the runs of the lane.</param>
internal sealed class Staffing(OpenRuns open, OutputQueue output, TimeProvider time, Func<Lane, RentedWorker> workers, Action<Lane, Exception> unserved)
{
    /// <summary>How long after a decision to wake no more workers the runs are checked again. Timers are not more precise.</summary>
    internal static readonly TimeSpan LookAfter = TimeSpan.FromMilliseconds(1);

    private ITimer? _look;
    private bool _isClosed;

    /// <summary>Whether the runs will be checked again.</summary>
    internal bool LooksLater { get; private set; }

    /// <summary>
    /// Enters the lock for a change of the runs. After the change, when the lock has been left, workers are rented if they have become useful, and
    /// the caller is woken if there is room for more.
    /// </summary>
    internal StaffedChange Change() => new(this, open);

    /// <summary>Whether a rented worker that is slow to begin is still needed.</summary>
    internal bool IsOfUse(RentedWorker worker)
    {
        lock (open.Gate)
        {
            return WantsMore(worker.Lane, worker.Lane.Coming - 1);
        }
    }

    internal void WorkerLost(RentedWorker worker)
    {
        using (Change())
        {
            Dismiss(worker);
        }
    }

    /// <summary>Gives the worker its next run; null, and the worker is dismissed, if there is none for it. Under the lock.</summary>
    internal FlowRun? Assign(RentedWorker worker)
    {
        // Its previous run may keep its place, but the worker is free for another.
        Free(worker);
        Lane lane = worker.Lane;
        if ((lane.HasEnough && lane.Queue.PlacedCount == 0) || !lane.Queue.TryTake(out FlowRun? run))
        {
            Dismiss(worker);
            return null;
        }

        open.SetWorker(run, worker);
        lane.Start(worker, run, time.GetTimestamp());
        return run;
    }

    /// <summary>The run needs neither its place nor its worker, temporarily or permanently. Under the lock.</summary>
    internal void Release(FlowRun run)
    {
        Free(open.WorkerOf(run));
        open.Places.Release(run);
    }

    /// <summary>The worker's run has ended, or continues without it. Under the lock.</summary>
    internal void Free(RentedWorker? worker)
    {
        if (worker?.Run is { } run)
        {
            open.SetWorker(run, worker: null);
            worker.Lane.Free(worker, IsLong(worker));
        }
    }

    /// <summary>
    /// Prepares another worker if it is useful. Called under the lock after every change that may make one useful; the caller rents it, outside
    /// of the lock.
    /// </summary>
    internal RentedWorker? Next()
    {
        foreach (Lane lane in open.Lanes)
        {
            if (WantsMore(lane, lane.Coming))
            {
                lane.Expect();
                return workers(lane);
            }

            // While no worker executes a run, arriving workers call this again: they may be waiting for the reader.
            if (lane.IsMoving && lane.Queue.CountReady() > lane.Coming)
            {
                LookLater();
            }
        }

        return null;
    }

    /// <summary>Rents the worker for its lane, and others if they are useful.</summary>
    internal void Rent(RentedWorker? worker)
    {
        while (worker is not null)
        {
            try
            {
                RentFirst(worker);
            }
            catch (Exception exception)
            {
                // The session is closing, or there are no more threads. This may be a timer's thread, where an exception ends the process.
                unserved(worker.Lane, exception);
                return;
            }

            lock (open.Gate)
            {
                worker = Next();
            }
        }
    }

    /// <summary>Rents a worker for runs that were just added. Throws if there is none: the caller then ends these runs.</summary>
    internal void RentFirst(RentedWorker worker)
    {
        try
        {
            worker.Lane.Rent(worker);
        }
        catch
        {
            lock (open.Gate)
            {
                Dismiss(worker);
            }

            throw;
        }
    }

    /// <summary>All runs have ended: none is checked again. Under the lock.</summary>
    internal void Close()
    {
        _isClosed = true;
        _look?.Dispose();
    }

    /// <summary>Acts on a change, when the lock has been left.</summary>
    internal void Changed(RentedWorker? worker, bool wakeCaller)
    {
        if (wakeCaller)
        {
            output.Signal();
        }

        Rent(worker);
    }

    private static bool WantsMore(Lane lane, int coming) =>
        lane.Queue.CountReady() > coming && (lane.Queue.PlacedCount > coming || lane.MayGrow(coming));

    private void LookLater()
    {
        if (!LooksLater && !_isClosed)
        {
            LooksLater = true;
            _look ??= time.CreateTimer(static staffing => ((Staffing)staffing!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _look.Change(LookAfter, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Runs still wait, so the active runs are not as short as expected: workers with long runs no longer count, and others are woken.</summary>
    private void Look()
    {
        using (Change())
        {
            LooksLater = false;
            open.Lanes.ForEach(lane => lane.HoldWhere(IsLong));
        }
    }

    private bool IsLong(RentedWorker worker) => time.GetElapsedTime(worker.Since) >= RunPace.Long;

    private void Dismiss(RentedWorker worker)
    {
        if (!worker.IsGone)
        {
            if (worker.Run is { } run)
            {
                open.SetWorker(run, worker: null);
            }

            worker.Lane.Dismiss(worker);
        }
    }
}
