using FlowModule.Engine.Limits;
using FlowModule.Engine.Tasks;

namespace FlowModule.Engine.Runs;

/// <summary>The relatives of a run: the runs that wait for it, the child runs that its body waits for, and its tasks with their rollbacks.</summary>
/// <param name="gate">The lock of the run.</param>
internal sealed class RunFamily(object gate)
{
    private List<Action>? _waiters;
    private bool _isOver;
    private IReadOnlyList<FlowRun>? _waitsFor;
    private RunRollbacks? _rollbacks;
    private object? _tasks;

    /// <summary>Whether the run is over. This is slightly later than its final state, because its hooks are called in between.</summary>
    internal bool IsOver
    {
        get
        {
            lock (gate)
            {
                return _isOver;
            }
        }
    }

    /// <summary>Whether someone waits for the run's end.</summary>
    internal bool HasWaiters
    {
        get
        {
            lock (gate)
            {
                return _waiters is { Count: > 0 };
            }
        }
    }

    /// <summary>The runs that the body waits for at this moment.</summary>
    internal IReadOnlyList<FlowRun> WaitsFor
    {
        get => Volatile.Read(ref _waitsFor) ?? [];
        set => Volatile.Write(ref _waitsFor, value);
    }

    /// <summary>How many waits the body is in, one within the other. Only the thread of the body counts them.</summary>
    internal int Waits { get; set; }

    /// <summary>The rollbacks to execute if the run fails.</summary>
    internal RunRollbacks Rollbacks => _rollbacks ?? Interlocked.CompareExchange(ref _rollbacks, new RunRollbacks(), null) ?? _rollbacks;

    /// <summary>The rollbacks, or null if there are none.</summary>
    internal RunRollbacks? RollbacksOrNull => Volatile.Read(ref _rollbacks);

    /// <summary>The fan-out of the tasks that this flow run has in the background, created when it is first asked for.</summary>
    internal T Tasks<T>(Func<T> create)
        where T : class
    {
        lock (gate)
        {
            return (T)(_tasks ??= create());
        }
    }

    /// <summary>Calls <paramref name="action"/> when the run is over. Returns false, without a call, if it already is.</summary>
    internal bool TryAddWaiter(Action action)
    {
        lock (gate)
        {
            if (_isOver)
            {
                return false;
            }

            (_waiters ??= []).Add(action);
            return true;
        }
    }

    /// <summary>Removes a waiter that waits no longer.</summary>
    internal void RemoveWaiter(Action action)
    {
        lock (gate)
        {
            _waiters?.Remove(action);
        }
    }

    /// <summary>Marks the run as over and releases the waiting runs.</summary>
    internal void MarkOver()
    {
        List<Action>? waiters;
        lock (gate)
        {
            _isOver = true;
            (waiters, _waiters) = (_waiters, null);
        }

        // Queued, because a chain of thousands of waiting runs would otherwise overflow the stack.
        CallQueue.Run(waiters);
    }
}
