namespace FlowModule.Engine;

/// <summary>
/// One <c>Start-Subflow -Parallel</c>: takes runs as they come, has at most so many of them running at once, and gives
/// their records and final states to the one thread that may write to the pipeline.
/// </summary>
internal sealed partial class FanOut : IRunSource, IRunDependent
{
    private const int OutputCapacity = 512;
    private const int WaitingCapacity = 256;
    private const int ReorderCapacity = 4096;

    private readonly object _gate = new();
    private readonly FanOutOptions _options;
    private readonly FlowRun? _parent;
    private readonly WorkerPool _pool;
    private readonly RunCompletion.IHostErrors _errors;
    private readonly FinalStateOrder _order;
    private readonly Queue<FlowRun> _waiting = new();
    private readonly HashSet<FlowRun> _active = [];
    private readonly Action _wakeWriters;
    private readonly bool _heldByParent;
    private int _workers;
    private int _idleWorkers;
    private int _open;
    private int _added;
    private bool _addingCompleted;
    private bool _finished;
    private bool _callerWantsRoom;
    private StopRequest? _stop;

    /// <param name="options">How to run the subflows.</param>
    /// <param name="parent">The run whose body started this, or null.</param>
    /// <param name="pool">Where the workers come from.</param>
    /// <param name="errors">Makes the host's error objects.</param>
    /// <param name="heldByParent">Whether the parent must wait for this fan-out, because nothing in its body does (a job).</param>
    internal FanOut(FanOutOptions options, FlowRun? parent, WorkerPool pool, RunCompletion.IHostErrors errors, bool heldByParent = false)
    {
        _options = options;
        _parent = parent;
        _pool = pool;
        _errors = errors;
        _order = new FinalStateOrder(options);
        Output = new OutputQueue(OutputCapacity);
        _wakeWriters = Output.Signal;
        _heldByParent = heldByParent && parent is not null;
        if (_heldByParent && !parent!.TryAddDependent(this))
        {
            _stop = parent.StopRequest ?? new StopRequest(StopKind.Cancelled, $"Parent run '{parent.Name}' has ended.");
        }
    }

    /// <summary>What the runs give, for the one reader.</summary>
    internal OutputQueue Output { get; }

    /// <summary>Whether every run that will ever be added has ended, and all it gave is in <see cref="Output"/>.</summary>
    internal bool IsFinished
    {
        get
        {
            lock (_gate)
            {
                return _finished;
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
            return !(_callerWantsRoom = _waiting.Count >= WaitingCapacity);
        }
    }

    /// <summary>
    /// Adds a run and numbers it (a caller that asks the person about each input may leave some out), to be started as soon as there is a place for it. After a stop it ends at once, Cancelled; with a
    /// <paramref name="failure"/> (its input did not fit), Failed.
    /// </summary>
    internal void Add(FlowRun run, RunFailure? failure = null)
    {
        bool lend = false;
        bool stopped;
        run.Stopping = _wakeWriters;
        lock (_gate)
        {
            _open++;
            run.Index = _added++;
            stopped = _stop is not null;
            if (!stopped && failure is null)
            {
                _waiting.Enqueue(run);
                if (_idleWorkers > 0)
                {
                    Monitor.Pulse(_gate);
                }

                // A worker that was woken counts as idle until it runs: more runs than idle workers need another worker.
                if (_waiting.Count > _idleWorkers && _workers < _options.ThrottleLimit)
                {
                    _workers++;
                    lend = true;
                }
            }
        }

        if (stopped)
        {
            EndUnstarted(run);
        }
        else if (failure is not null)
        {
            BodyEnded(run, new RunOutcome([], failure));
        }
        else if (lend)
        {
            _pool.Lend(this);
        }
    }

    /// <summary>Nothing more will be added.</summary>
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
            last = _open == 0;
            Monitor.PulseAll(_gate);
        }

        if (last)
        {
            Finish();
        }
    }

    /// <summary>Cancels what runs and what waits. Returns at once.</summary>
    public void Stop(StopRequest request)
    {
        FlowRun[] waiting, active;
        lock (_gate)
        {
            if (_stop is not null)
            {
                return;
            }

            _stop = request;
            waiting = [.. _waiting];
            _waiting.Clear();
            active = [.. _active];
            Monitor.PulseAll(_gate);
        }

        // The caller may wait for room, and what ends now may give it nothing that would wake it.
        Output.StopWaiting();
        Output.Signal();
        foreach (FlowRun run in active)
        {
            run.Stop(request);
        }

        foreach (FlowRun run in waiting)
        {
            EndUnstarted(run);
        }
    }

    /// <summary>
    /// Nobody reads the results any more (Ctrl+C, <c>Select-Object -First</c>, an error upstream): cancels all and waits until
    /// nothing of it is left. Bounded by the grace period, after which a worker that does not stop is given up.
    /// </summary>
    internal void Abandon(StopRequest request)
    {
        Output.Close();
        CompleteAdding();
        Stop(request);
        lock (_gate)
        {
            while (!_finished)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    private void EndUnstarted(FlowRun run)
    {
        run.Stop(_stop!);
        BodyEnded(run, RunOutcome.Nothing);
    }

    private void Ended(FlowRun run, FlowState state)
    {
        if (_options.LogLines && run.StartTime is not null)
        {
            Output.WriteNow(new RunOutput(run, LogLine.Finished(run, state)));
        }

        List<FlowState>? ready = null;
        bool won;
        lock (_gate)
        {
            won = _order.Add(run.Index, state, ref ready);

            // Within the lock: another run that ends now must not overtake.
            Emit(ready);
        }

        if (won)
        {
            Stop(new StopRequest(StopKind.Cancelled, $"{_options.First} other subflow(s) completed first."));
        }
        else if (_options.StopOnFailure && state.IsFailure)
        {
            Stop(new StopRequest(StopKind.Cancelled, $"Subflow run '{run.Name}' ended in state {state.Name}."));
        }

        CloseRun(run);
    }

    private void CloseRun(FlowRun run)
    {
        bool last;
        lock (_gate)
        {
            _active.Remove(run);
            _open--;
            last = _open == 0 && _addingCompleted;
            if (_idleWorkers > 0)
            {
                Monitor.PulseAll(_gate);
            }
        }

        if (last)
        {
            Finish();
        }
    }

    private void Emit(List<FlowState>? states)
    {
        if (states is null)
        {
            return;
        }

        foreach (FlowState state in states)
        {
            _parent?.CountChild(state);
            Output.WriteNow(new RunOutput(state.Run, state));
        }
    }

    private void Finish()
    {
        List<FlowState>? rest = null;
        lock (_gate)
        {
            _order.Flush(ref rest);
        }

        Emit(rest);
        lock (_gate)
        {
            _finished = true;
            Monitor.PulseAll(_gate);
        }

        Output.Signal();
        if (_heldByParent)
        {
            _parent!.RemoveDependent(this);
        }
    }
}
