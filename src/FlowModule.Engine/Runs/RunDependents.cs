using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs;

/// <summary>What an attempt has started: what has not ended, and how its child runs have ended. Under the run's gate.</summary>
internal sealed class RunDependents
{
    private readonly HashSet<IRunDependent> _open = [];
    private Action? _whenIdle;
    private StateTally _children;

    /// <summary>How the runs that it has started have ended.</summary>
    internal StateTally Children => _children;

    internal bool HasOpen => _open.Count > 0;

    /// <summary>What has not ended.</summary>
    internal IRunDependent[] Open => [.. _open];

    internal void Add(IRunDependent dependent) => _open.Add(dependent);

    /// <summary>Removes one that has ended. Returns the action to call if it was the last; otherwise null.</summary>
    internal Action? Remove(IRunDependent dependent)
    {
        Action? idle = null;
        if (_open.Remove(dependent) && _open.Count == 0)
        {
            (idle, _whenIdle) = (_whenIdle, null);
        }

        return idle;
    }

    internal void Count(FlowState state) => _children.Add(state);

    /// <summary>There may already be an action: a stop may wait for the body's tasks a second time.</summary>
    internal void WhenIdle(Action action) => _whenIdle += action;
}

/// <summary>Something started inside a run that the run waits for and stops with itself: a child run, or a fan-out that runs as a job.</summary>
internal interface IRunDependent
{
    void Stop(StopRequest request);
}
