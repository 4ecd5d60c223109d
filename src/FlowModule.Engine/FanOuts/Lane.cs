using FlowModule.Engine.Workers;

namespace FlowModule.Engine.FanOuts;

/// <summary>
/// The workers of one kind in a fan-out, and the runs that wait for them. Used under the fan-out's lock, except <see cref="Rent"/>.
/// </summary>
internal sealed class Lane(string kind, WorkerPool pool, FanOutOptions options, LaneQueue queue)
{
    /// <summary>How many short runs must wait before another worker is woken: with fewer, the active workers are faster.</summary>
    internal const int WorthWaking = 8;

    private readonly bool _restrains = !pool.IsCostly && options.Processors < options.ThrottleLimit;
    private readonly HashSet<RentedWorker> _moving = [];
    private int _workers;
    private int _enough = options.Processors;

    /// <summary>The runs that wait.</summary>
    internal LaneQueue Queue => queue;

    /// <summary>The duration of its runs.</summary>
    internal RunPace Pace { get; } = new();

    /// <summary>The name of the kind.</summary>
    internal string Kind => kind;

    /// <summary>Whether any worker serves it.</summary>
    internal bool HasWorkers => _workers > 0;

    /// <summary>How many of its workers are about to take a run: just rented, or done with the previous run.</summary>
    internal int Coming { get; private set; }

    /// <summary>
    /// Whether runs are short and enough workers are active: more would only compete for the processors. A worker with a long or
    /// waiting run is not counted, so that it blocks nothing.
    /// </summary>
    internal bool HasEnough => _restrains && Pace.IsShort && _moving.Count >= _enough;

    /// <summary>Whether a worker executes a run that is not known to be long or waiting.</summary>
    internal bool IsMoving => _moving.Count > 0;

    /// <summary>Rents a worker for the lane. Called outside the lock.</summary>
    internal void Rent(RentedWorker worker) => pool.Rent(worker);

    /// <summary>
    /// Whether another worker is worth waking, in addition to the active workers and the given number of waking ones. At most as many wake at once
    /// as there are processors: when the next one would wake, the first may have shown that it is not needed.
    /// </summary>
    internal bool MayGrow(int coming)
    {
        if (!_restrains)
        {
            return true;
        }

        bool areFew = queue.Count < WorthWaking && _enough == options.Processors;
        return coming < options.Processors && (!Pace.IsShort || _moving.Count + coming < (areFew ? 1 : _enough));
    }

    /// <summary>Another worker will come.</summary>
    internal void Expect()
    {
        _workers++;
        Coming++;
    }

    internal void Start(RentedWorker worker, FlowRun run, long now)
    {
        Coming--;
        worker.Run = run;
        worker.Since = now;
        _moving.Add(worker);
    }

    /// <summary>The worker has finished its run, and will take the next one.</summary>
    internal void Free(RentedWorker worker, bool isLong)
    {
        // Runs that were not executed, for example because they wait for a slot, do not show how long others take.
        if (worker.IsExecuting)
        {
            Pace.Note(isLong);
            _enough = isLong ? _enough : options.Processors;
        }

        _moving.Remove(worker);
        worker.Run = null;
        worker.IsExecuting = false;
        Coming++;
    }

    /// <summary>The worker's run waits for others, so the worker is not active.</summary>
    internal void Hold(RentedWorker worker) => _moving.Remove(worker);

    /// <summary>
    /// Workers with long runs no longer count as active, so that others are woken. The number of workers that count as enough is doubled
    /// until a short run ends: a single pause of the machine then wakes few workers needlessly, and long runs soon use the whole throttle limit.
    /// </summary>
    internal void HoldWhere(Func<RentedWorker, bool> isLong)
    {
        if (_moving.RemoveWhere(worker => isLong(worker)) > 0)
        {
            _enough = Math.Min(_enough * 2, options.ThrottleLimit);
        }
    }

    /// <summary>The worker no longer serves the lane.</summary>
    internal void Dismiss(RentedWorker worker)
    {
        worker.IsGone = true;
        _workers--;
        if (worker.Run is null)
        {
            Coming--;
        }

        worker.Run = null;
        _moving.Remove(worker);
    }
}
