using System.Diagnostics;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs;

/// <summary>
/// The listeners of a run: its own (its recording in a history), and those of the session, which also listen to
/// the runs inside it. Immutable: a listener receives the events of a run from its beginning or not at all.
/// </summary>
internal sealed class RunListeners
{
    /// <summary>No listeners.</summary>
    internal static readonly RunListeners None = new(own: null, [], ofSession: null);

    private readonly IRunListener[] _others;

    private RunListeners(IRunListener? own, IRunListener[] others, RunListeners? ofSession)
    {
        Own = own;
        _others = others;
        OfSession = ofSession ?? this;
    }

    /// <summary>The listener of this run only, called before the others; null for none.</summary>
    internal IRunListener? Own { get; }

    /// <summary>The listeners that also listen to the runs inside.</summary>
    internal RunListeners OfSession { get; }

    /// <summary>Whether there are any; if not, events need not be prepared.</summary>
    internal bool Any => Own is not null || _others.Length > 0;

    /// <summary>The same with another own listener, or with none.</summary>
    internal RunListeners With(IRunListener? own) => own is null ? OfSession : new(own, _others, OfSession);

    /// <summary>The listeners of a session, with another one added.</summary>
    internal RunListeners And(IRunListener other) => new(own: null, [.. _others, other], ofSession: null);

    /// <summary>The listeners of a session, without one of them.</summary>
    internal RunListeners Except(IRunListener other) => new(own: null, [.. _others.Where(listener => listener != other)], ofSession: null);

    internal void Began(FlowRun run) => Tell(run, static (listener, run) => listener.Began(run));

    internal void Ending(FlowRun run, FlowState final) => Tell((run, final), static (listener, told) => listener.Ending(told.run, told.final));

    internal void Entered(FlowRun run, FlowState state, int index, bool isOver) =>
        Tell((run, state, index, isOver), static (listener, told) => listener.Entered(told.run, told.state, told.index, told.isOver));

    internal void Logged(FlowRun run, DateTimeOffset time, FlowLogLevel level, string text) =>
        Tell((run, time, level, text), static (listener, told) => listener.Logged(told.run, told.time, told.level, told.text));

    internal void Threw(FlowRun run, RunFailure failure) => Tell((run, failure), static (listener, told) => listener.Threw(told.run, told.failure));

    internal void Ended(FlowRun run) => Tell(run, static (listener, run) => listener.Ended(run));

    private void Tell<T>(T told, Action<IRunListener, T> tell)
    {
        if (Own is { } own)
        {
            // Exceptions of the history concern the run, which may require to be recorded.
            tell(own, told);
        }

        foreach (IRunListener other in _others)
        {
            try
            {
                tell(other, told);
            }
            catch (Exception exception)
            {
                // The run continues, and the other listeners are called.
                Trace.TraceError($"A listener of runs threw: {exception}");
            }
        }
    }
}
