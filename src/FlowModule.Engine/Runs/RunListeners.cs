using System.Diagnostics;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs;

/// <summary>
/// Those who are told of a run: one that is the run's own (its recording in a history), and those of the session, which are told of
/// the runs inside of it too. Immutable: a listener hears of a run from its beginning or not at all.
/// </summary>
internal sealed class RunListeners
{
    /// <summary>Nobody.</summary>
    internal static readonly RunListeners None = new(own: null, [], ofSession: null);

    private readonly IRunListener[] _others;

    private RunListeners(IRunListener? own, IRunListener[] others, RunListeners? ofSession)
    {
        Own = own;
        _others = others;
        OfSession = ofSession ?? this;
    }

    /// <summary>The one that is told of this run only, before the others; null for none.</summary>
    internal IRunListener? Own { get; }

    /// <summary>Those who are told of the runs inside too.</summary>
    internal RunListeners OfSession { get; }

    /// <summary>Whether anyone is told: if not, nothing need be made ready for it.</summary>
    internal bool Any => Own is not null || _others.Length > 0;

    /// <summary>The same with another listener of the run's own, or with none.</summary>
    internal RunListeners With(IRunListener? own) => own is null ? OfSession : new(own, _others, OfSession);

    /// <summary>Those of a session, with another among them.</summary>
    internal RunListeners And(IRunListener other) => new(own: null, [.. _others, other], ofSession: null);

    /// <summary>Those of a session, without one of them.</summary>
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
            // What the history throws is the run's business: it may be one that must be recorded.
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
                // The run goes on, and the other listeners are told.
                Trace.TraceError($"A listener of runs threw: {exception}");
            }
        }
    }
}
