using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs;

/// <summary>
/// Receives the events of a run, at once and on the thread on which they happen. They delay the run, so a listener must return at
/// once and do slow work elsewhere. Exceptions of a listener are traced and ignored.
/// </summary>
internal interface IRunListener
{
    /// <summary>
    /// The run is about to enter its second state (the first is that of its creation); a run that is stopped before it starts enters Cancelling
    /// first. It still has its original input.
    /// </summary>
    void Began(FlowRun run)
    {
    }

    /// <summary>The run is about to enter its final state. No lock is held, so this is the place for work that is too slow for <see cref="Entered"/>.</summary>
    void Ending(FlowRun run, FlowState final)
    {
    }

    /// <summary>
    /// The run has entered a state. Called under the run's lock, so that states come in order: a listener must not wait here.
    /// A task that is rolled back calls it once more after its end, with a state that is not among its own.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="state">The state.</param>
    /// <param name="index">Its position among the states of the run in this process.</param>
    /// <param name="isOver">Whether it is the last state of the run.</param>
    void Entered(FlowRun run, FlowState state, int index, bool isOver)
    {
    }

    /// <summary>A line was added to the run's log: output of the body on a message stream, without known secrets.</summary>
    void Logged(FlowRun run, DateTimeOffset time, FlowLogLevel level, string text)
    {
    }

    /// <summary>The body of an attempt has thrown. The states show whether the run fails: another attempt may follow.</summary>
    void Threw(FlowRun run, RunFailure failure)
    {
    }

    /// <summary>The run has ended, and its hooks have been called. This is its last event.</summary>
    void Ended(FlowRun run)
    {
    }
}
