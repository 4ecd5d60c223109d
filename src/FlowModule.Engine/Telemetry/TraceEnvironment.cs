using System.Diagnostics;

namespace FlowModule.Engine.Telemetry;

/// <summary>
/// The parent of a trace in the environment, as programs hand it on to those that they start (W3C Trace Context: TRACEPARENT, TRACESTATE).
/// The environment is the process's, so only one run, and those that execute one inside another in its session, can have their spans in it:
/// programs that runs on other threads start find that of the run around them.
/// </summary>
internal static class TraceEnvironment
{
    internal const string ParentName = "TRACEPARENT";
    private const string StateName = "TRACESTATE";

    private static readonly object Gate = new();
    private static FlowRun? s_owner;

    /// <summary>What the environment says, or none.</summary>
    internal static ActivityContext Read() =>
        Environment.GetEnvironmentVariable(ParentName) is { Length: > 0 } parent ? Parse(parent, Environment.GetEnvironmentVariable(StateName)) : default;

    internal static ActivityContext Parse(string? parent, string? state) =>
        ActivityContext.TryParse(parent, string.IsNullOrEmpty(state) ? null : state, isRemote: true, out ActivityContext context) ? context : default;

    /// <summary>A context as programs understand it.</summary>
    internal static string Format(ActivityContext context) => $"00-{context.TraceId}-{context.SpanId}-{(context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";

    /// <summary>The process has one run only: the environment is this run's until it has another.</summary>
    internal static void Own(FlowRun run, ActivityContext attempt)
    {
        lock (Gate)
        {
            s_owner = run;
        }

        if (attempt != default)
        {
            Write(Format(attempt), attempt.TraceState);
        }
    }

    /// <summary>A body begins to execute in the session of the run around it, or in a person's. Gives what puts the environment back; null when it is left alone.</summary>
    internal static Action? Enter(FlowRun run, Activity span)
    {
        FlowRun? owner;
        lock (Gate)
        {
            if (s_owner is not null && s_owner != run.Parent)
            {
                return null;
            }

            (owner, s_owner) = (s_owner, run);
        }

        (string? parent, string? state) = (Environment.GetEnvironmentVariable(ParentName), Environment.GetEnvironmentVariable(StateName));
        string own = Format(span.Context);
        Write(own, span.TraceStateString);
        return () =>
        {
            // What the body itself has set stays.
            if (Environment.GetEnvironmentVariable(ParentName) == own)
            {
                Write(parent, state);
            }

            lock (Gate)
            {
                s_owner = owner;
            }
        };
    }

    private static void Write(string? parent, string? state)
    {
        Environment.SetEnvironmentVariable(ParentName, parent);
        Environment.SetEnvironmentVariable(StateName, string.IsNullOrEmpty(state) ? null : state);
    }
}
