namespace FlowModule.Engine;

/// <content>The side that workers see: runs to take, and a place for what they give.</content>
internal sealed partial class FanOut
{
    /// <inheritdoc/>
    public bool HasWaiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <inheritdoc/>
    public FlowRun? Take()
    {
        Output.WaitForRoom();
        FlowRun run;
        bool wakeCaller;
        lock (_gate)
        {
            while (_waiting.Count == 0 || _active.Count >= _options.ThrottleLimit || IsHeldBack(_waiting.Peek()))
            {
                if (_stop is not null || (_addingCompleted && _waiting.Count == 0))
                {
                    _workers--;
                    return null;
                }

                _idleWorkers++;
                Monitor.Wait(_gate);
                _idleWorkers--;
            }

            run = _waiting.Dequeue();
            _active.Add(run);
            wakeCaller = _callerWantsRoom && _waiting.Count <= WaitingCapacity / 2;
            _callerWantsRoom &= !wakeCaller;
        }

        if (wakeCaller)
        {
            Output.Signal();
        }

        return run;
    }

    /// <inheritdoc/>
    public bool Begin(FlowRun run)
    {
        if (!run.TryStart())
        {
            return false;
        }

        if (_options.LogLines)
        {
            Output.Write(new RunOutput(run, LogLine.Beginning(run)));
        }

        return true;
    }

    /// <inheritdoc/>
    public void Write(FlowRun run, object record) => Output.Write(new RunOutput(run, record));

    /// <inheritdoc/>
    public void BodyEnded(FlowRun run, RunOutcome outcome) =>
        RunCompletion.BodyEnded(run, outcome, _errors, state => Ended(run, state));

    /// <inheritdoc/>
    public void WorkerLost()
    {
        bool lend;
        lock (_gate)
        {
            lend = _waiting.Count > 0;
            _workers -= lend ? 0 : 1;
        }

        if (!lend)
        {
            return;
        }

        try
        {
            _pool.Lend(this);
        }
        catch (ObjectDisposedException)
        {
            // The session closes. This may be a timer's thread, where an exception ends the process.
            Stop(new StopRequest(StopKind.Cancelled, "The session that started the subflow has ended."));
        }
    }

    /// <summary>Whether so many states wait for an earlier one that no more may start, but for the run whose state they wait for.</summary>
    private bool IsHeldBack(FlowRun next) => _order.HeldBack > ReorderCapacity && !_order.IsNext(next.Index);
}
