using FlowModule.Engine.Runs;
using FlowModule.Engine.States;

namespace FlowModule;

/// <content>How a run waits for a person.</content>
public sealed partial class FlowRun
{
    private int _inputs;

    /// <summary>The flow run that all this is inside of; the run itself if it is that.</summary>
    internal FlowRun Root()
    {
        FlowRun run = this;
        while (run.Parent is { } parent)
        {
            run = parent;
        }

        return run;
    }

    /// <summary>Whether the run was stopped only because all that it is part of was suspended: it is to go on later.</summary>
    internal bool IsSuspendedWithRoot => State.Type == StateType.Cancelled && Parent is not null && Root().StopRequest is { Kind: StopKind.Suspended };

    /// <summary>The number of the next question of this attempt that has no name, from 1.</summary>
    internal int NextInputNumber() => Interlocked.Increment(ref _inputs);

    /// <summary>Says in its state that the body waits for a person. False when the run is being stopped.</summary>
    internal bool TryAwaitInput(string prompt) =>
        TryTransition(static state => state.Type == StateType.Running, new FlowState(this, StateType.Paused, _time.GetLocalNow(), StateNames.AwaitingInput, prompt));

    /// <summary>The wait is over: the body goes on, unless the run is being stopped.</summary>
    internal void GoOn() =>
        TryTransition(static state => state.Type == StateType.Paused, new FlowState(this, StateType.Running, _time.GetLocalNow()));

    /// <summary>Notes in the history that what the run did is undone. The run itself stays in the state that it completed in.</summary>
    internal void NoteRolledBack(string why)
    {
        var state = new FlowState(this, StateType.Completed, _time.GetLocalNow(), StateNames.RolledBack, why);
        lock (_gate)
        {
            Listeners.Entered(this, state, _states.Count, isOver: true);
        }
    }
}
