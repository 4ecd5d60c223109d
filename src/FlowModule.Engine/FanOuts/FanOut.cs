using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Workers;

namespace FlowModule.Engine.FanOuts;

/// <summary>
/// One <c>Start-Subflow -Parallel</c>: takes runs as they come, limits how many run at once, and passes
/// their records and final states to the one thread that may write to the pipeline.
/// </summary>
internal sealed class FanOut : IRunDependent
{
    private const int OutputCapacity = 512;

    private readonly FanOutOptions _options;
    private readonly FlowRun? _parent;
    private readonly IHostErrors _errors;
    private readonly RunServices? _services;
    private readonly FanOutOutcome _outcome;
    private readonly OpenRuns _open;
    private readonly Staffing _staffing;
    private readonly FanOutExecutor _executor;
    private readonly FanOutEnding _ending;
    private readonly RunPlaces? _places;
    private readonly Action _wakeWriters;
    private readonly bool _heldByParent;
    private int _added;
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
        TimeProvider time = services?.Time ?? TimeProvider.System;
        _options = options;
        _parent = parent;
        _errors = errors;
        _services = services;
        Output = output ?? new OutputQueue(OutputCapacity);
        _outcome = new FanOutOutcome(options, new FanOutCounts(time, options.Total, options.ThrottleLimit, () => _open!.CountStates()));
        _open = new OpenRuns(options, _outcome, pools);
        _staffing = new Staffing(_open, Output, time, lane => new RentedWorker(_executor!, _staffing!, lane), EndUnserved);
        _executor = new FanOutExecutor(options, _open, _staffing, Output, Ended);
        _ending = new FanOutEnding(options, _outcome, _open, _staffing, Output, Over);

        // Only tasks that run in parallel with the tasks that they wait for must free their places.
        _places = options.IsOpenEnded ? new RunPlaces(_open, _staffing) : null;
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
            lock (_open.Gate)
            {
                return _stop is not null;
            }
        }
    }

    /// <summary>Whether all runs have ended, no more will be added, and all their output is in <see cref="Output"/>.</summary>
    internal bool IsFinished => _ending.Finished.IsCompleted;

    /// <summary>Whether more runs wait than run at once, so that others follow at once when some end.</summary>
    internal bool IsBusy
    {
        get
        {
            lock (_open.Gate)
            {
                return _open.Count > _options.ThrottleLimit;
            }
        }
    }

    /// <summary>Whether the runs will be checked again: see <see cref="Staffing"/>.</summary>
    internal bool LooksLater => _staffing.LooksLater;

    /// <summary>
    /// Whether the caller should add more now. If not, the caller is woken through <see cref="Output"/> when it should.
    /// </summary>
    internal bool HasRoom()
    {
        lock (_open.Gate)
        {
            return _open.AskForRoom();
        }
    }

    /// <summary>
    /// Adds a run and numbers it (a caller that asks the user about each input may omit some), to start as soon as there is a place for it. After a stop it ends at once, Cancelled; with a
    /// <paramref name="failure"/> (invalid input), Failed.
    /// </summary>
    internal void Add(FlowRun run, RunFailure? failure = null)
    {
        RentedWorker? lend = null;
        bool stopped;
        var driver = new RunDriver(run, _services ?? RunServices.For(run), _errors, _executor, _wakeWriters);
        run.Output = Output;
        run.Place = _places;
        bool parentEnds = _options.IsOpenEnded && run.Parent?.TryAddDependent(run) == false;
        lock (_open.Gate)
        {
            _open.Add(run);
            run.Index = _added++;
            Counts.Added();
            stopped = _stop is not null || parentEnds;
            if (!stopped && failure is null && driver.IsHeld)
            {
                _open.Hold(run);
            }
            else if (!stopped && failure is null)
            {
                _open.LaneFor(run).Queue.AddNew(run);
                lend = _staffing.Next();
            }
        }

        if (stopped)
        {
            EndUnstarted(run, _stop ?? run.Parent?.StopRequest ?? new StopRequest(StopKind.Cancelled, $"Parent run '{run.Parent?.Name}' has ended."));
        }
        else if (failure is not null)
        {
            driver.Fail(failure);
            _executor.StepWithoutWorker(run);
        }
        else if (driver.IsHeld)
        {
            _executor.StepWithoutWorker(run);
        }
        else if (lend is not null)
        {
            _staffing.RentFirst(lend);
        }
    }

    /// <summary>No more runs will be added.</summary>
    internal void CompleteAdding() => _ending.CompleteAdding();

    /// <summary>Cancels running and waiting runs. Returns at once.</summary>
    public void Stop(StopRequest request)
    {
        FlowRun[] begun, unstarted;
        lock (_open.Gate)
        {
            if (_stop is not null)
            {
                return;
            }

            _stop = request;
            unstarted = _open.TakeNew();
            begun = [.. _open.All.Except(unstarted)];
            _open.Places.WakeReclaiming();
        }

        // The caller may wait for space, and the runs that end now may write nothing that would wake it.
        Output.StopWaiting();
        Output.Signal();
        foreach (FlowRun run in begun)
        {
            run.Stop(request);
        }

        foreach (FlowRun run in unstarted)
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
        _ending.Finished.Wait();
    }

    /// <summary>Ends a run that no worker has taken.</summary>
    private void EndUnstarted(FlowRun run, StopRequest request)
    {
        run.Stop(request);
        _executor.StepWithoutWorker(run);
    }

    /// <summary>No worker can be rented for a lane: stops everything, and ends the waiting runs of the lane if it has no workers at all.</summary>
    private void EndUnserved(Lane lane, Exception exception)
    {
        Stop(new StopRequest(
            StopKind.Cancelled,
            exception is ObjectDisposedException ? "The session that started the subflow has ended." : $"No worker could be started: {exception.Message}"));
        FlowRun[] left;
        lock (_open.Gate)
        {
            left = lane.HasWorkers ? [] : lane.Queue.TakeAll();
        }

        foreach (FlowRun run in left)
        {
            run.Stop(_stop!);
            run.Driver!.FailWithoutHost(new RunFailure(_stop!.Message, run));
            _executor.StepWithoutWorker(run);
        }
    }

    private void Ended(FlowRun run, FlowState state)
    {
        if (!_ending.TryEmit(run, state, out StopRequest? stop))
        {
            return;
        }

        if (stop is not null)
        {
            Stop(stop);
        }

        _ending.Close(run);
    }

    private void Over()
    {
        if (_heldByParent)
        {
            _parent!.RemoveDependent(this);
        }
    }

    /// <summary>A run was told to stop while it may wait for space in the queue, or for its place.</summary>
    private void RunStopping()
    {
        Output.Signal();
        using (_staffing.Change())
        {
            _open.Places.WakeReclaiming();
        }
    }
}
