using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs;

/// <summary>
/// One attempt of a run: whether it was told to stop, what executes it, its clocks, and what its body has started and counted. A retry
/// replaces it whole, so nothing of an earlier attempt is left in the next one. It is locked by the run's gate, because a stop, the end
/// and the run's states must agree.
/// </summary>
internal sealed class RunAttempt(FlowRun run, object gate, int number)
{
    private AttemptStop? _stop;
    private bool _isClosed;
    private BodyExecution _body;
    private RunCancellation _cancellation;
    private ITimer? _timeout;
    private RunDependents? _dependents;
    private Dictionary<string, int>? _taskNumbers;
    private int _inputs;
    private int _errorCount;

    /// <summary>Which attempt of the run it is, from 1.</summary>
    internal int Number => number;

    /// <summary>Why it was told to stop; null when it was not.</summary>
    internal StopRequest? Stop => Volatile.Read(ref _stop)?.Request;

    /// <summary>Whether the attempt has ended: it accepts nothing new, and cannot be stopped.</summary>
    internal bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>How many errors the body has written.</summary>
    internal int ErrorCount => Volatile.Read(ref _errorCount);

    /// <summary>How the runs that it has started have ended.</summary>
    internal StateTally Children
    {
        get
        {
            lock (gate)
            {
                return _dependents?.Children ?? default;
            }
        }
    }

    /// <summary>Whether something that it has started has not ended.</summary>
    internal bool HasDependents
    {
        get
        {
            lock (gate)
            {
                return _dependents is { HasOpen: true };
            }
        }
    }

    /// <summary>Fires when it is told to stop.</summary>
    internal CancellationToken CancellationToken
    {
        get
        {
            lock (gate)
            {
                return _cancellation.Token(isStopped: _stop is not null);
            }
        }
    }

    internal void CountError() => Interlocked.Increment(ref _errorCount);

    /// <summary>The number of the next question that has no name, from 1.</summary>
    internal int NextInputNumber() => Interlocked.Increment(ref _inputs);

    /// <summary>The next number for a task of a name, from 0.</summary>
    internal int NextTaskNumber(string name)
    {
        lock (gate)
        {
            _taskNumbers ??= new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            int next = _taskNumbers.GetValueOrDefault(name);
            _taskNumbers[name] = next + 1;
            return next;
        }
    }

    /// <summary>Stops it when its time is up.</summary>
    internal void StartClock(double seconds, StopRequest request)
    {
        ITimer timer = run.Time.CreateTimer(_ => run.Stop(request), state: null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
        lock (gate)
        {
            if (!_isClosed)
            {
                _timeout = timer;
                return;
            }
        }

        timer.Dispose();
    }

    /// <summary>
    /// Sets how to interrupt what executes it, and how to give that up if it does not end. Returns false if it was stopped or has ended:
    /// then it must not execute.
    /// </summary>
    internal bool TryEnter(Action interrupt, Action? abandon)
    {
        lock (gate)
        {
            if (_stop is not null || _isClosed)
            {
                return false;
            }

            _body.Enter(interrupt, abandon);
            return true;
        }
    }

    /// <summary>Called when nothing executes the attempt any more. Waits for a running interrupt: none follows.</summary>
    internal void Leave()
    {
        bool endsCleanUp;
        lock (gate)
        {
            _body.Leave(gate);
            endsCleanUp = _stop is { IsGraceOver: true };
        }

        if (endsCleanUp)
        {
            EndCleanUp();
        }
    }

    /// <summary>Records a stop. Returns false if the attempt has ended or was already stopped. The caller continues the stop outside the gate.</summary>
    /// <param name="request">The reason.</param>
    /// <param name="dependents">The runs that it has started, which must stop too.</param>
    internal bool TryBeginStop(StopRequest request, out IRunDependent[] dependents)
    {
        lock (gate)
        {
            dependents = [];
            if (_stop is not null || _isClosed || (request.Attempt != 0 && request.Attempt != number))
            {
                return false;
            }

            Volatile.Write(ref _stop, new AttemptStop(request)
            {
                Grace = !_body.IsThere
                    ? null
                    : run.Time.CreateTimer(_ => GiveUp(), state: null, TimeSpan.FromSeconds(FlowRun.GraceSeconds), Timeout.InfiniteTimeSpan),
            });
            dependents = _dependents?.Open ?? [];
            return true;
        }
    }

    /// <summary>Fires the token. Listeners are the user's code and may block, so they are called on another thread.</summary>
    internal void Cancel()
    {
        RunCancellation cancellation;
        lock (gate)
        {
            cancellation = _cancellation;
        }

        cancellation.Fire();
    }

    /// <summary>Interrupts the code that executes the attempt. What that starts from now on is its clean-up.</summary>
    internal void Interrupt()
    {
        Action? interrupt;
        lock (gate)
        {
            interrupt = _body.BeginInterrupt();
            if (interrupt is null)
            {
                return;
            }

            _stop!.MayCleanUp = true;
        }

        try
        {
            interrupt();
        }
        finally
        {
            lock (gate)
            {
                _body.Interrupted(gate);
            }
        }
    }

    /// <summary>Closes the attempt when it has ended. Requires the run's gate. Returns false if it was already closed.</summary>
    internal bool TryClose()
    {
        bool isFirst = !_isClosed;
        _isClosed = true;
        _body.End();
        return isFirst;
    }

    /// <summary>Stops its clocks. Not under the gate: a timer may be about to take it.</summary>
    internal void StopClocks()
    {
        ITimer? timeout, grace;
        lock (gate)
        {
            (timeout, _timeout) = (_timeout, null);
            grace = _stop?.Grace;
        }

        timeout?.Dispose();
        grace?.Dispose();
    }

    /// <summary>
    /// Adds a dependent that the run waits for at its end. Returns false if nothing may start: the run is over, or the attempt was stopped and its
    /// body is not cleaning up. A run that has ended still calls its hooks, which may start something too.
    /// </summary>
    internal bool TryAddDependent(IRunDependent dependent)
    {
        lock (gate)
        {
            if (_isClosed ? run.IsOver : _stop is { MayCleanUp: false })
            {
                return false;
            }

            (_dependents ??= new RunDependents()).Add(dependent);
            return true;
        }
    }

    /// <summary>Removes a dependent that has ended. Returns the action to call if it was the last; otherwise null.</summary>
    internal Action? RemoveDependent(IRunDependent dependent)
    {
        lock (gate)
        {
            return _dependents?.Remove(dependent);
        }
    }

    /// <summary>The run is over: what its hooks have started and not awaited is stopped.</summary>
    internal void StopLeft()
    {
        if (_dependents is not null)
        {
            StopDependents(new StopRequest(StopKind.Cancelled, $"Parent run '{run.Name}' is over, and its hooks did not wait."));
        }
    }

    /// <summary>The runs that it waits for at its end.</summary>
    internal FlowRun[] OpenChildren() => [.. OpenDependents().OfType<FlowRun>()];

    /// <summary>Counts the end of a child for the final-state rule.</summary>
    internal void CountChild(FlowState state)
    {
        lock (gate)
        {
            (_dependents ??= new RunDependents()).Count(state);
        }
    }

    /// <summary>Calls <paramref name="action"/> when no dependent is left: now, or on the thread that ends the last one.</summary>
    internal void WhenIdle(Action action)
    {
        lock (gate)
        {
            if (_dependents is { HasOpen: true })
            {
                _dependents.WhenIdle(action);
                return;
            }
        }

        action();
    }

    /// <summary>The grace period is over. A body that cannot be abandoned may go on with its clean-up: whatever that starts is part of it.</summary>
    private void GiveUp()
    {
        Action? abandon;
        bool endsCleanUp;
        lock (gate)
        {
            abandon = _body.TakeAbandon();
            _stop!.IsGraceOver = true;
            endsCleanUp = abandon is not null || !_body.IsThere;
        }

        if (endsCleanUp)
        {
            EndCleanUp();
        }

        abandon?.Invoke();
    }

    /// <summary>The time for the clean-up is over: nothing more may start, and what was started is stopped.</summary>
    private void EndCleanUp()
    {
        lock (gate)
        {
            _stop!.MayCleanUp = false;
        }

        StopDependents(new StopRequest(
            StopKind.Cancelled, $"Parent run '{run.Name}' was stopped, and its clean-up took longer than {FlowRun.GraceSeconds} seconds."));
    }

    private void StopDependents(StopRequest request)
    {
        foreach (IRunDependent dependent in OpenDependents())
        {
            dependent.Stop(request);

            // One that was stopped before executes on the thread that is given up, and its clean-up too.
            if (dependent is FlowRun { IsInline: true, CurrentAttempt: { _stop.MayCleanUp: true } inner })
            {
                inner.EndCleanUp();
            }
        }
    }

    private IRunDependent[] OpenDependents()
    {
        lock (gate)
        {
            return _dependents?.Open ?? [];
        }
    }
}
