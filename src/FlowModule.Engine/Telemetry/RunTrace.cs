using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FlowModule.Engine.Telemetry;

/// <summary>
/// The spans of one run: its own, and one for each attempt, which is the parent of the runs that the attempt starts. Only runs with a
/// listener have a trace, so that other runs do not pay for it.
/// </summary>
internal sealed class RunTrace
{
    private static readonly ConditionalWeakTable<FlowRun, RunTrace> Traces = [];
    private static volatile bool s_areAny;

    private readonly object _gate = new();
    private Activity? _attempt;
    private int _number;

    private RunTrace(FlowRun run, Activity? span)
    {
        Span = span;
        s_areAny = true;
        Traces.AddOrUpdate(run, this);
    }

    /// <summary>The run's own span; null if no listener wants it, or if another process has it.</summary>
    internal Activity? Span { get; }

    /// <summary>Whether another process has the run's spans, and this one only those of the runs inside it.</summary>
    internal bool IsElsewhere { get; private init; }

    /// <summary>The span of the attempt in the other process; default if there is none.</summary>
    internal ActivityContext Elsewhere { get; private init; }

    /// <summary>How long the run has waited for slots, and the start of the current wait.</summary>
    internal (TimeSpan Total, DateTimeOffset? Since) Limits { get; set; }

    /// <summary>The trace of a run; null if it has no listener.</summary>
    internal static RunTrace? Of(FlowRun run) => s_areAny && Traces.TryGetValue(run, out RunTrace? trace) ? trace : null;

    internal static void Begin(FlowRun run, Activity? span) => _ = new RunTrace(run, span);

    /// <summary>Starts the trace of a run whose spans are in another process.</summary>
    internal static void BeginElsewhere(FlowRun run, ActivityContext attempt) => _ = new RunTrace(run, span: null) { IsElsewhere = true, Elsewhere = attempt };

    /// <summary>The parent for spans that a run's body starts now; default if there is no listener, or none wants it.</summary>
    internal static ActivityContext ContextIn(FlowRun? run)
    {
        for (; run is not null; run = run.Parent)
        {
            if (Of(run) is { } trace && (trace.IsElsewhere ? trace.Elsewhere : (trace.AttemptSpan(run) ?? trace.Span)?.Context) is { } context && context != default)
            {
                return context;
            }
        }

        return default;
    }

    /// <summary>The span of the current attempt, started at the first call; null if no listener wants it.</summary>
    internal Activity? AttemptSpan(FlowRun run)
    {
        if (Span is null)
        {
            return null;
        }

        lock (_gate)
        {
            if (_attempt is null || _number != run.Attempt)
            {
                StopAttempt();
                _number = run.Attempt;
                _attempt = Activities.Start("attempt", Span.Context, run.State.Timestamp);
                _attempt?.SetTag("flow.run.attempt", run.Attempt);
            }

            return _attempt;
        }
    }

    /// <summary>Records the end of the attempt. Its span is stopped later, because stopping calls listeners, and the caller has the run's lock.</summary>
    internal void EndAttempt(FlowState state, string? message)
    {
        lock (_gate)
        {
            if (_attempt is { Duration.Ticks: 0 } attempt)
            {
                attempt.SetEndTime(state.Timestamp.UtcDateTime);
                Activities.SetStatus(attempt, state, message);
            }
        }
    }

    /// <summary>Ends the spans of the ended run.</summary>
    internal void End()
    {
        lock (_gate)
        {
            StopAttempt();
            if (Span is { } span)
            {
                Activities.Stop(span);
            }
        }
    }

    private void StopAttempt()
    {
        if (_attempt is { } attempt)
        {
            Activities.Stop(attempt);
            _attempt = null;
        }
    }
}
