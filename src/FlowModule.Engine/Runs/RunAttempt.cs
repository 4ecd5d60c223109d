using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs;

/// <summary>
/// One attempt of a run: whether it was told to stop, what executes it, its clocks, and what its body has started and counted. A retry
/// replaces it whole, so nothing of an earlier attempt is left in the next one. It is locked by the run's gate, because a stop, the end
/// and the run's states must agree.
/// </summary>
internal sealed class RunAttempt(FlowRun run, object gate, int number)
{
    private StopRequest? _stop;
    private bool _isClosed;
    private Action? _interrupt;
    private Action? _abandon;
    private int _interruptingThread;
    private CancellationTokenSource? _cancellation;
    private ITimer? _timeout;
    private ITimer? _grace;
    private HashSet<IRunDependent>? _dependents;
    private Action? _whenIdle;
    private StateTally _children;
    private Dictionary<string, int>? _taskNumbers;
    private int _inputs;
    private int _errorCount;

    /// <summary>Which attempt of the run it is, from 1.</summary>
    internal int Number => number;

    /// <summary>Why it was told to stop; null when it was not.</summary>
    internal StopRequest? Stop => Volatile.Read(ref _stop);

    /// <summary>Whether the attempt has ended: it accepts nothing new, and cannot be stopped.</summary>
    internal bool IsClosed
    {
        get
        {
            lock (gate)
            {
                return _isClosed;
            }
        }
    }

    /// <summary>How many errors the body has written.</summary>
    internal int ErrorCount => Volatile.Read(ref _errorCount);

    /// <summary>How the runs that it has started have ended.</summary>
    internal StateTally Children
    {
        get
        {
            lock (gate)
            {
                return _children;
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
                return _dependents is { Count: > 0 };
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
                if (_cancellation is null)
                {
                    // Nobody disposes it: the user's code may keep the token for longer than the run.
                    var source = new CancellationTokenSource();
                    _cancellation = source;
                    if (_stop is not null)
                    {
                        source.Cancel();
                    }
                }

                return _cancellation.Token;
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

            _interrupt = interrupt;
            _abandon = abandon;
            return true;
        }
    }

    /// <summary>Called when nothing executes the attempt any more. Waits for a running interrupt: none follows.</summary>
    internal void Leave()
    {
        lock (gate)
        {
            _interrupt = null;
            _abandon = null;
            while (_interruptingThread != 0 && _interruptingThread != Environment.CurrentManagedThreadId)
            {
                Monitor.Wait(gate);
            }
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

            Volatile.Write(ref _stop, request);
            dependents = _dependents is null ? [] : [.. _dependents];
            _grace = _abandon is null
                ? null
                : run.Time.CreateTimer(_ => GiveUp(), state: null, TimeSpan.FromSeconds(FlowRun.GraceSeconds), Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    /// <summary>Fires the token. Listeners are the user's code and may block, so they are called on another thread.</summary>
    internal void Cancel()
    {
        CancellationTokenSource? cancellation;
        lock (gate)
        {
            cancellation = _cancellation;
        }

        if (cancellation is not null)
        {
            _ = CancelQuietlyAsync(cancellation);
        }
    }

    /// <summary>Interrupts the code that executes the attempt.</summary>
    internal void Interrupt()
    {
        Action interrupt;
        lock (gate)
        {
            if (_interrupt is null)
            {
                return;
            }

            interrupt = _interrupt;
            _interruptingThread = Environment.CurrentManagedThreadId;
        }

        try
        {
            interrupt();
        }
        finally
        {
            lock (gate)
            {
                _interruptingThread = 0;
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>Closes the attempt when it has ended. Requires the run's gate. Returns false if it was already closed.</summary>
    internal bool TryClose()
    {
        bool isFirst = !_isClosed;
        _isClosed = true;
        _interrupt = _abandon = null;
        return isFirst;
    }

    /// <summary>Stops its clocks. Not under the gate: a timer may be about to take it.</summary>
    internal void StopClocks()
    {
        ITimer? timeout, grace;
        lock (gate)
        {
            (timeout, _timeout) = (_timeout, null);
            (grace, _grace) = (_grace, null);
        }

        timeout?.Dispose();
        grace?.Dispose();
    }

    /// <summary>Adds a dependent that the body has started and that the run waits for at its end. Returns false if the attempt was stopped or has ended.</summary>
    internal bool TryAddDependent(IRunDependent dependent)
    {
        lock (gate)
        {
            if (_stop is not null || _isClosed)
            {
                return false;
            }

            (_dependents ??= []).Add(dependent);
            return true;
        }
    }

    /// <summary>Removes a dependent that has ended. Returns the action to call if it was the last; otherwise null.</summary>
    internal Action? RemoveDependent(IRunDependent dependent)
    {
        lock (gate)
        {
            Action? idle = null;
            if (_dependents?.Remove(dependent) == true && _dependents.Count == 0)
            {
                (idle, _whenIdle) = (_whenIdle, null);
            }

            return idle;
        }
    }

    /// <summary>The runs that it waits for at its end.</summary>
    internal FlowRun[] OpenChildren()
    {
        lock (gate)
        {
            return _dependents is null ? [] : [.. _dependents.OfType<FlowRun>()];
        }
    }

    /// <summary>Counts the end of a child for the final-state rule.</summary>
    internal void CountChild(FlowState state)
    {
        lock (gate)
        {
            _children.Add(state);
        }
    }

    /// <summary>Calls <paramref name="action"/> when no dependent is left: now, or on the thread that ends the last one.</summary>
    internal void WhenIdle(Action action)
    {
        lock (gate)
        {
            if (_dependents is { Count: > 0 })
            {
                // There may already be an action: a stop may wait for the body's tasks a second time.
                _whenIdle += action;
                return;
            }
        }

        action();
    }

    private void GiveUp()
    {
        Action? abandon;
        lock (gate)
        {
            (abandon, _abandon) = (_abandon, null);
        }

        abandon?.Invoke();
    }

    /// <summary>Listeners of the token may throw. The run is already stopping, so the errors are ignored.</summary>
    private static async Task CancelQuietlyAsync(CancellationTokenSource cancellation) =>
        await cancellation.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
