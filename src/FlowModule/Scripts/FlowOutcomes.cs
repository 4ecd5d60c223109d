using System.Collections.Concurrent;
using FlowModule.Engine.States;

namespace FlowModule.Scripts;

/// <summary>Records how the flow runs of the process end.</summary>
internal sealed class FlowOutcomes : IDisposable
{
    private readonly object _gate = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly ConcurrentDictionary<Guid, FlowRun> _suspended = new();
    private volatile bool _any;
    private volatile bool _anyFailed;
    private volatile bool _anyCancelled;
    private volatile FlowRun? _first;

    public FlowOutcomes() => FlowRuns.Ended += OnEnded;

    /// <summary>Whether a top-level run has ended.</summary>
    public bool Any => _any;

    /// <summary>Whether a top-level run has ended in a state other than Completed or Cancelled.</summary>
    public bool AnyFailed => _anyFailed;

    /// <summary>Whether a top-level run was cancelled.</summary>
    public bool AnyCancelled => _anyCancelled;

    /// <summary>The top-level runs that were suspended: neither a success nor a failure, because they can be resumed.</summary>
    public IEnumerable<FlowRun> Suspended => _suspended.Values;

    /// <summary>Why the runs did not all complete, in words; null if they did.</summary>
    public string? Describe() => _first is { } run
        ? $"Flow run '{run.Name}' for flow '{run.FlowName}' ended {run.State.Name}{(run.State.Message is { Length: > 0 } message ? $": {message}" : ".")}"
        : null;

    public void Dispose()
    {
        FlowRuns.Ended -= OnEnded;
        _ended.Dispose();
    }

    /// <summary>
    /// Stops the runs that the script has left behind, waits until their finally blocks have run, and returns whether there were any.
    /// </summary>
    public bool StopLeftRuns(TimeSpan grace)
    {
        if (FlowRuns.Active.Count == 0)
        {
            return false;
        }

        FlowRuns.StopAll("The script has ended.");
        using CancellationTokenSource limit = new(grace);
        try
        {
            while (FlowRuns.Active.Count > 0)
            {
                _ended.Wait(limit.Token);
                _ended.Reset();
            }
        }
        catch (OperationCanceledException)
        {
            // They are stuck in calls that cannot be interrupted, and end with the process.
        }

        return true;
    }

    /// <summary>
    /// A call without a flow around it counts as one run. If it did not complete, a failure in it explains more than the runs that were cancelled because of it;
    /// suspended runs are neither.
    /// </summary>
    private void Note(StateType type, StateTally children)
    {
        _any = true;
        if (type == StateType.Completed)
        {
            return;
        }

        _anyFailed |= children.Failed > 0;
        _anyCancelled |= type == StateType.Cancelled || children.Cancelled > 0;
        if (children.FirstFailure?.Run is { } first && (_first is null || _first.State.Type == StateType.Cancelled))
        {
            _first = first;
        }
    }

    private void OnEnded(object? sender, FlowRunEndedEventArgs e)
    {
        if (e.Run.Around is null || e.Run.State.Type == StateType.Paused)
        {
            // Runs end on their own threads.
            lock (_gate)
            {
                Note(e.Run);
            }
        }

        _ended.Set();
    }

    private void Note(FlowRun run)
    {
        StateType type = run.State.Type;
        if (run.Kind == RunKind.AdHoc)
        {
            Note(type, run.CurrentAttempt.Children);
            return;
        }

        if (type == StateType.Paused)
        {
            _suspended[run.Id] = run;
            return;
        }

        // The same script may have resumed it.
        _suspended.TryRemove(run.Id, out _);
        _any = true;
        _anyFailed |= type is not (StateType.Completed or StateType.Cancelled);
        _anyCancelled |= type == StateType.Cancelled;
        if (type != StateType.Completed && (_first is null || _first.State.Type == StateType.Cancelled))
        {
            // A failure explains more than the runs that were cancelled because of it.
            _first = run;
        }
    }
}
