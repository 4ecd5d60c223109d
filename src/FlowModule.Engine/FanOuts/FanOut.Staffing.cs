using FlowModule.Engine.Runs;
using FlowModule.Engine.States;

namespace FlowModule.Engine.FanOuts;

/// <content>
/// Decides the number of workers. Each worker that comes and finds more work wakes another, up to the throttle limit, until the runs prove to
/// be shorter than waking a worker: then only as many workers are active as there are processors, and a worker with a long run is replaced.
/// </content>
internal sealed partial class FanOut
{
    /// <summary>How long after a decision to wake no more workers the runs are checked again. Timers are not more precise.</summary>
    internal static readonly TimeSpan LookAfter = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private ITimer? _look;

    /// <summary>Whether the runs will be checked again.</summary>
    internal bool LooksLater { get; private set; }

    /// <summary>Whether a lent worker that is slow to begin is still needed.</summary>
    internal bool IsOfUse(LentWorker worker)
    {
        lock (_gate)
        {
            return WantsMore(worker.Lane, worker.Lane.Coming - 1);
        }
    }

    internal void WorkerLost(LentWorker worker)
    {
        LentWorker? lend;
        lock (_gate)
        {
            Dismiss(worker);
            lend = Borrow();
        }

        Lend(lend);
    }

    /// <summary>
    /// Borrows another worker if it is useful. Called under the lock after every change that may make one useful; the caller lends it, outside
    /// of the lock.
    /// </summary>
    private LentWorker? Borrow()
    {
        foreach (Lane lane in _lanes)
        {
            if (WantsMore(lane, lane.Coming))
            {
                return lane.Borrow(this);
            }

            // While no worker executes a run, arriving workers call this again: they may be waiting for the reader.
            if (lane.IsMoving && Ready(lane) > lane.Coming)
            {
                LookLater();
            }
        }

        return null;
    }

    private bool WantsMore(Lane lane, int coming) =>
        Ready(lane) > coming && (lane.Placed.Count > coming || lane.MayGrow(coming));

    /// <summary>How many runs of the lane could begin or continue now.</summary>
    private int Ready(Lane lane)
    {
        // A stopped run only has to be ended, and needs no place.
        int free = _reclaiming == 0 ? Math.Max(0, _options.ThrottleLimit - _placesTaken) : 0;
        int others = free == 0
            ? lane.Again.TryPeek(out FlowRun? next) && next.StopRequest is not null ? 1 : 0
            : Math.Min(free, lane.Again.Count + Startable(lane));
        return lane.Placed.Count + others;
    }

    /// <summary>How many new runs of the lane may start.</summary>
    private int Startable(Lane lane) => lane.Fresh.TryPeek(out FlowRun? next, out _) ? _outcome.Startable(next.Index, lane.Fresh.Count) : 0;

    private void LookLater()
    {
        if (!LooksLater && !IsFinished)
        {
            LooksLater = true;
            _look ??= _time.CreateTimer(static fanOut => ((FanOut)fanOut!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _look.Change(LookAfter, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Runs still wait, so the active runs are not as short as expected: workers with long runs no longer count, and others are woken.</summary>
    private void Look()
    {
        LentWorker? lend;
        lock (_gate)
        {
            LooksLater = false;
            _lanes.ForEach(lane => lane.HoldWhere(IsLong));
            lend = Borrow();
        }

        Lend(lend);
    }

    private bool IsLong(LentWorker worker) => _time.GetElapsedTime(worker.Since) >= RunPace.Long;

    /// <summary>Lends the worker to its lane, and others if they are useful.</summary>
    private void Lend(LentWorker? worker)
    {
        while (worker is not null)
        {
            try
            {
                worker.Lane.Lend(worker);
            }
            catch (Exception exception)
            {
                // The session is closing, or there are no more threads. This may be a timer's thread, where an exception ends the process.
                NotLent(worker);
                Stop(new StopRequest(
                    StopKind.Cancelled,
                    exception is ObjectDisposedException ? "The session that started the subflow has ended." : $"No worker could be started: {exception.Message}"));
                EndUnserved(worker.Lane);
                return;
            }

            lock (_gate)
            {
                worker = Borrow();
            }
        }
    }

    /// <summary>Lends a worker for runs that were just added. Throws if there is none: the caller then ends these runs.</summary>
    private void LendFirst(LentWorker worker)
    {
        try
        {
            worker.Lane.Lend(worker);
        }
        catch
        {
            NotLent(worker);
            throw;
        }
    }

    private void NotLent(LentWorker worker)
    {
        lock (_gate)
        {
            Dismiss(worker);
        }
    }

    /// <summary>The worker's run has ended, or continues without it.</summary>
    private void Free(LentWorker? worker)
    {
        if (worker?.Run is { } run)
        {
            _open[run] = null;
            worker.Lane.Free(worker, IsLong(worker));
        }
    }

    private void Dismiss(LentWorker worker)
    {
        if (!worker.IsGone)
        {
            if (worker.Run is { } run)
            {
                _open[run] = null;
            }

            worker.Lane.Dismiss(worker);
        }
    }

    /// <summary>Ends the waiting runs of a lane without workers: everything was stopped, and a caller waits for the end.</summary>
    private void EndUnserved(Lane lane)
    {
        FlowRun[] left;
        lock (_gate)
        {
            left = lane.HasWorkers ? [] : [.. lane.Placed, .. lane.Again, .. lane.Fresh.UnorderedItems.Select(static item => item.Element)];
            if (left.Length > 0)
            {
                lane.Clear();
            }
        }

        foreach (FlowRun run in left)
        {
            run.Stop(_stop!);
            run.Driver!.FailWithoutHost(new RunFailure(_stop!.Message, run));
            After(run, run.Driver.Next(host: null, mayExecute: false));
        }
    }
}
