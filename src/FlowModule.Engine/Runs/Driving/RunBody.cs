using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs.Driving;

/// <summary>From the beginning of an attempt's body to its outcome, of which there is one: a body that was given up may still say that it has ended.</summary>
/// <param name="run">The run.</param>
/// <param name="errors">Makes the host's error objects.</param>
/// <param name="waiting">Called when only what the body has started is at work.</param>
/// <param name="settled">Called once an attempt, with its outcome.</param>
internal sealed class RunBody(FlowRun run, IHostErrors errors, Action waiting, Action<RunOutcome> settled)
{
    // The attempt whose body executes; 0 for none.
    private int _attempt;

    internal void Begin() => Volatile.Write(ref _attempt, run.Attempt);

    /// <summary>The body has ended: what it came to is known once all that it has started has ended too.</summary>
    internal void Ended(RunOutcome outcome)
    {
        int attempt = run.Attempt;
        if (outcome.Failure is { } failure)
        {
            run.Listeners.Threw(run, failure);
        }

        BodyCompletion.Complete(run, outcome, errors, () => AwaitChildren(attempt), settled => Settled(attempt, settled));
    }

    private void AwaitChildren(int attempt)
    {
        if (Volatile.Read(ref _attempt) == attempt)
        {
            waiting();
        }
    }

    private void Settled(int attempt, RunOutcome outcome)
    {
        if (Interlocked.CompareExchange(ref _attempt, 0, attempt) == attempt)
        {
            settled(outcome);
        }
    }
}
