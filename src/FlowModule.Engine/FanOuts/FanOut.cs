using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Workers;

namespace FlowModule.Engine.FanOuts;

/// <summary>
/// One <c>Start-Subflow -Parallel</c>: takes runs as they come, limits how many run at once, and passes
/// their records and final states to the one thread that may write to the pipeline.
/// </summary>
internal sealed partial class FanOut : IRunExecutor, IRunPlace, IRunDependent
{
    private const int OutputCapacity = 512;
    private const int WaitingCapacity = 256;

    /// <summary>How many runs may be open, most of them waiting for a retry or a slot, before no more are accepted.</summary>
    private const int OpenCapacity = 10_000;

    private readonly object _gate = new();
    private readonly FanOutOptions _options;
    private readonly FlowRun? _parent;
    private readonly Func<string, WorkerPool> _pools;
    private readonly IHostErrors _errors;
    private readonly RunServices? _services;
    private readonly FanOutOutcome _outcome;
    private readonly List<Lane> _lanes = new(1);
    private readonly Dictionary<FlowRun, LentWorker?> _open = [];

    /// <summary>Runs that wait for their dependencies, and become new runs after that.</summary>
    private readonly HashSet<FlowRun> _held = [];
    private readonly Action _wakeWriters;
    private readonly bool _heldByParent;
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _placesTaken;
    private int _reclaiming;
    private int _added;
    private bool _addingCompleted;
    private bool _callerWantsRoom;
    private StopRequest? _stop;

    /// <param name="options">How to run the subflows.</param>
    /// <param name="parent">The run whose body started this, or null.</param>
    /// <param name="pools">The workers of a kind, by its name.</param>
    /// <param name="errors">Makes the host's error objects.</param>
    /// <param name="services">What all runs share; null for the process's own.</param>
    /// <param name="output">Where to put what the runs give; null for a queue of its own.</param>
    /// <param name="heldByParent">Whether the parent must wait for this fan-out, because nothing in its body does (a job).</param>
    internal FanOut(
        FanOutOptions options,
        FlowRun? parent,
        Func<string, WorkerPool> pools,
        IHostErrors errors,
        RunServices? services = null,
        OutputQueue? output = null,
        bool heldByParent = false)
    {
        _options = options;
        _parent = parent;
        _pools = pools;
        _errors = errors;
        _services = services;
        _time = services?.Time ?? TimeProvider.System;
        _outcome = new FanOutOutcome(options, new FanOutCounts(_time, options.Total, options.ThrottleLimit, Open));
        Output = output ?? new OutputQueue(OutputCapacity);
        _wakeWriters = RunStopping;
        _heldByParent = heldByParent && parent is not null;
        if (_heldByParent && !parent!.TryAddDependent(this))
        {
            _stop = parent.StopRequest ?? new StopRequest(StopKind.Cancelled, $"Parent run '{parent.Name}' has ended.");
        }
    }

    /// <summary>The output of the runs, for the one reader.</summary>
    internal OutputQueue Output { get; }

    /// <summary>The progress.</summary>
    internal FanOutCounts Counts => _outcome.Counts;

    /// <summary>Whether it was stopped: added runs then end at once.</summary>
    internal bool IsStopped
    {
        get
        {
            lock (_gate)
            {
                return _stop is not null;
            }
        }
    }

    /// <summary>Whether all runs have ended, no more will be added, and all their output is in <see cref="Output"/>.</summary>
    internal bool IsFinished => _finished.Task.IsCompleted;

    /// <summary>Whether more runs wait than run at once, so that others follow at once when some end.</summary>
    internal bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _open.Count > _options.ThrottleLimit;
            }
        }
    }

    /// <summary>
    /// Whether the caller should add more now. If not, the caller is woken through <see cref="Output"/> when it should.
    /// </summary>
    internal bool HasRoom()
    {
        lock (_gate)
        {
            return !(_callerWantsRoom = !HasRoomNow());
        }
    }

    /// <summary>
    /// Adds a run and numbers it (a caller that asks the user about each input may omit some), to start as soon as there is a place for it. After a stop it ends at once, Cancelled; with a
    /// <paramref name="failure"/> (invalid input), Failed.
    /// </summary>
    internal void Add(FlowRun run, RunFailure? failure = null)
    {
        LentWorker? lend = null;
        bool stopped;
        bool held = true;
        var driver = new RunDriver(run, _services ?? RunServices.For(run), _errors, this, _wakeWriters);
        run.Output = Output;

        // Only tasks that run in parallel with the tasks that they wait for must free their places.
        run.Place = _options.IsOpenEnded ? this : null;
        if (_options.IsOpenEnded && run.Parent?.TryAddDependent(run) == false)
        {
            held = false;
        }

        lock (_gate)
        {
            _open.Add(run, null);
            run.Index = _added++;
            Counts.Added();
            stopped = _stop is not null || !held;
            if (!stopped && failure is null && driver.IsHeld)
            {
                _held.Add(run);
            }
            else if (!stopped && failure is null)
            {
                Lane lane = LaneFor(run);
                lane.Fresh.Enqueue(run, (-run.Depth, run.Index));
                lend = Borrow();
            }
        }

        if (stopped)
        {
            EndUnstarted(run, _stop ?? run.Parent?.StopRequest ?? new StopRequest(StopKind.Cancelled, $"Parent run '{run.Parent?.Name}' has ended."));
        }
        else if (failure is not null)
        {
            driver.Fail(failure);
            After(run, driver.Next(host: null));
        }
        else if (driver.IsHeld)
        {
            After(run, driver.Next(host: null, mayExecute: false));
        }
        else if (lend is not null)
        {
            LendFirst(lend);
        }
    }

    /// <summary>No more runs will be added.</summary>
    internal void CompleteAdding()
    {
        bool last;
        lock (_gate)
        {
            if (_addingCompleted)
            {
                return;
            }

            _addingCompleted = true;
            Counts.Complete();
            last = _open.Count == 0;
        }

        if (last)
        {
            Finish();
        }
    }

    /// <summary>Cancels running and waiting runs. Returns at once.</summary>
    public void Stop(StopRequest request)
    {
        FlowRun[] open, fresh;
        lock (_gate)
        {
            if (_stop is not null)
            {
                return;
            }

            _stop = request;
            fresh = [.. _lanes.SelectMany(lane => lane.Fresh.UnorderedItems).Select(item => item.Element).OrderBy(run => run.Index)];
            _lanes.ForEach(lane => lane.Fresh.Clear());
            open = [.. _open.Keys.Except(fresh)];
            WakeReclaiming();
        }

        // The caller may wait for space, and the runs that end now may write nothing that would wake it.
        Output.StopWaiting();
        Output.Signal();
        foreach (FlowRun run in open)
        {
            run.Stop(request);
        }

        foreach (FlowRun run in fresh)
        {
            EndUnstarted(run, request);
        }
    }

    /// <summary>
    /// Nobody reads the results any more (Ctrl+C, <c>Select-Object -First</c>, an error upstream): cancels all runs and waits until
    /// nothing is left. Limited by the grace period, after which a worker that does not stop is abandoned.
    /// </summary>
    internal void Abandon(StopRequest request)
    {
        Output.Close();
        CompleteAdding();
        Stop(request);
        _finished.Task.Wait();
    }

    private OpenRuns Open()
    {
        lock (_gate)
        {
            return OpenRuns.Of(_open.Keys);
        }
    }

    private bool HasRoomNow() => _lanes.Sum(static lane => lane.Fresh.Count) < WaitingCapacity && _open.Count < OpenCapacity + _options.ThrottleLimit;

    /// <summary>A run was told to stop while it may wait for space in the queue, or for its place.</summary>
    private void RunStopping()
    {
        Output.Signal();
        LentWorker? lend;
        lock (_gate)
        {
            WakeReclaiming();
            lend = Borrow();
        }

        Lend(lend);
    }
}
