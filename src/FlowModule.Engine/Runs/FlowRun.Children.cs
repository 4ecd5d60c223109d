using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Limits;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;

namespace FlowModule;

/// <content>What a run has started and waits for, and those that wait for the run.</content>
public sealed partial class FlowRun
{
    private Action? _whenIdle;
    private HashSet<IRunDependent>? _dependents;
    private StateTally _children;
    private List<Action>? _waiters;
    private bool _isOver;

    internal StateTally Children
    {
        get
        {
            lock (_gate)
            {
                return _children;
            }
        }
    }

    /// <summary>
    /// Whether nothing more happens to the run: it has ended and its hooks were called, or it can never run. A run is over a
    /// little after its final state.
    /// </summary>
    internal bool IsOver
    {
        get
        {
            lock (_gate)
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
            lock (_gate)
            {
                return _waiters is { Count: > 0 };
            }
        }
    }

    /// <summary>What the run needs before it can start, or null.</summary>
    internal RunDependencies? Dependencies { get; init; }

    /// <summary>The runs that the body waits for at this moment.</summary>
    internal IReadOnlyList<FlowRun> WaitsFor
    {
        get => Volatile.Read(ref _waitsFor) ?? [];
        set => Volatile.Write(ref _waitsFor, value);
    }

    private IReadOnlyList<FlowRun>? _waitsFor;

    /// <summary>How many waits the body is in, one within the other. Only the thread of the body counts them.</summary>
    internal int Waits { get; set; }

    /// <summary>What has completed in this run's attempts; null when none of it will be asked for again.</summary>
    internal RunLedger? Ledger { get; init; }

    /// <summary>Where a run of this kind and input was kept by its parent's ledger, and what it found there; null without one.</summary>
    internal LedgerEntry? LedgerEntry { get; init; }

    /// <summary>The run that did the work of which this one has the result, once it has it: itself, unless it only stands for an earlier one.</summary>
    internal Guid DoneBy => LedgerEntry?.Completed?.Run.Id ?? Id;

    /// <summary>What the script takes from its surroundings, hashed, where a cached result depends on it; or why that cannot be compared.</summary>
    internal (string? Hash, string? Incomparable) Surroundings { get; init; }

    /// <summary>Whether the run is not executed, because it stands for one that completed in an earlier process; what it was to undo is its own to undo.</summary>
    internal bool StandsForEarlier { get; init; }

    /// <summary>What is to be undone if the run fails.</summary>
    internal RunRollbacks Rollbacks => _rollbacks ?? Interlocked.CompareExchange(ref _rollbacks, new RunRollbacks(), null) ?? _rollbacks;

    /// <summary>The same, or null when there is nothing.</summary>
    internal RunRollbacks? RollbacksOrNull => Volatile.Read(ref _rollbacks);

    private RunRollbacks? _rollbacks;

    /// <summary>Where the tasks that the run starts put their records: on the way to the one thread that may write them.</summary>
    internal OutputQueue? Output { get; set; }

    /// <summary>The place among others that the run gives up while it waits; null when nothing limits it.</summary>
    internal IRunPlace? Place { get; set; }

    /// <summary>The tasks of this flow run that run in the background.</summary>
    internal FanOut GetTasks(Func<FanOut> create)
    {
        lock (_gate)
        {
            return _tasks ??= create();
        }
    }

    private FanOut? _tasks;

    /// <summary>The next number for a task of a name, from 0.</summary>
    internal int NextTaskNumber(string name)
    {
        lock (_gate)
        {
            TaskNumbers ??= new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            int number = TaskNumbers.GetValueOrDefault(name);
            TaskNumbers[name] = number + 1;
            return number;
        }
    }

    private Dictionary<string, int>? TaskNumbers { get; set; }

    /// <summary>The flow run that this run is part of: the run itself, unless it is a task.</summary>
    internal FlowRun FlowRunOf()
    {
        FlowRun run = this;
        while (run is { Kind: RunKind.Task, Parent: { } parent })
        {
            run = parent;
        }

        return run;
    }

    /// <summary>Registers what the run has to wait for. False when the run is stopping and nothing new may start.</summary>
    internal bool TryAddDependent(IRunDependent dependent)
    {
        lock (_gate)
        {
            if (_stop is not null || _isEnding)
            {
                return false;
            }

            (_dependents ??= []).Add(dependent);
            return true;
        }
    }

    internal void RemoveDependent(IRunDependent dependent)
    {
        Action? idle = null;
        lock (_gate)
        {
            if (_dependents?.Remove(dependent) == true && _dependents.Count == 0)
            {
                (idle, _whenIdle) = (_whenIdle, null);
            }
        }

        if (idle is not null)
        {
            // The run may end with this, and its parent with it, thousands deep.
            CallQueue.Run([idle]);
        }
    }

    /// <summary>The runs that this one waits for at its end.</summary>
    internal FlowRun[] OpenChildren()
    {
        lock (_gate)
        {
            return _dependents is null ? [] : [.. _dependents.OfType<FlowRun>()];
        }
    }

    /// <summary>Counts the end of a child for the final-state rule.</summary>
    internal void CountChild(FlowState state)
    {
        lock (_gate)
        {
            _children.Add(state);
        }
    }

    /// <summary>Whether something is left that the run has to wait for.</summary>
    internal bool HasDependents
    {
        get
        {
            lock (_gate)
            {
                return _dependents is { Count: > 0 };
            }
        }
    }

    /// <summary>Calls <paramref name="action"/> once nothing is left that the run has to wait for: now, or on the thread that ends the last of it.</summary>
    internal void WhenIdle(Action action)
    {
        lock (_gate)
        {
            if (_dependents is { Count: > 0 })
            {
                // Not instead of one that waits already: this may be what an earlier attempt left behind.
                _whenIdle += action;
                return;
            }
        }

        action();
    }

    /// <summary>Calls <paramref name="action"/> when the run is over. False when it is: then nothing is called.</summary>
    internal bool TryAddWaiter(Action action)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return false;
            }

            (_waiters ??= []).Add(action);
            return true;
        }
    }

    /// <summary>Takes a waiter back that waits no longer.</summary>
    internal void RemoveWaiter(Action action)
    {
        lock (_gate)
        {
            _waiters?.Remove(action);
        }
    }

    /// <summary>The run is over: it is not among the active any more, and those who wait for it go on.</summary>
    internal void MarkOver()
    {
        ActiveRuns.Remove(this);
        Listeners.Ended(this);
        List<Action>? waiters;
        lock (_gate)
        {
            _isOver = true;
            (waiters, _waiters) = (_waiters, null);
        }

        // What waits may be over with it, and what waits for that, thousands long.
        CallQueue.Run(waiters);
    }
}
