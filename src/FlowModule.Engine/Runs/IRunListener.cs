using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs;

/// <summary>
/// Is told what becomes of a run, as it happens and on the thread that it happens on. All of it holds up the run, so it must return at
/// once; what takes time is the listener's to put off. What a listener throws is traced and stops nothing.
/// </summary>
internal interface IRunListener
{
    /// <summary>
    /// The run is about to enter the first state after the one that it was made in; one that is stopped before it starts enters Cancelling
    /// first. It still has its input as it was given.
    /// </summary>
    void Began(FlowRun run)
    {
    }

    /// <summary>The run is about to enter its final state. No lock is held: this is the time for what is too slow for <see cref="Entered"/>.</summary>
    void Ending(FlowRun run, FlowState final)
    {
    }

    /// <summary>
    /// The run has entered a state. Called under the run's lock, so that states come in their order: nothing that may wait belongs here.
    /// A task that is rolled back says so when it is over: by a state that is not among its own.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="state">The state.</param>
    /// <param name="index">Its place among the states of the run in this process.</param>
    /// <param name="isOver">Whether the run never leaves it.</param>
    void Entered(FlowRun run, FlowState state, int index, bool isOver)
    {
    }

    /// <summary>A line was added to the run's log: what the body has written to a stream of messages, without known secrets.</summary>
    void Logged(FlowRun run, DateTimeOffset time, FlowLogLevel level, string text)
    {
    }

    /// <summary>The body of an attempt has thrown. Whether the run fails by it shows in its states: another attempt may follow.</summary>
    void Threw(FlowRun run, RunFailure failure)
    {
    }

    /// <summary>The run is over, and its hooks have been called: nothing more is told of it.</summary>
    void Ended(FlowRun run)
    {
    }
}
