using System.Diagnostics;

namespace FlowModule.Engine.Telemetry;

/// <summary>
/// The parent span in the environment, as programs pass it to the programs that they start (W3C Trace Context: TRACEPARENT, TRACESTATE).
/// The environment belongs to the whole process, so it can only contain the span of one run, or of runs nested in one session: programs that
/// runs on other threads start get the span of the outer run.
/// </summary>
internal static class TraceEnvironment
{
    internal const string ParentName = "TRACEPARENT";
    private const string StateName = "TRACESTATE";

    private static readonly object Gate = new();
    private static FlowRun? s_owner;

    /// <summary>Returns the span from the environment, or default.</summary>
    internal static ActivityContext Read() =>
        Environment.GetEnvironmentVariable(ParentName) is { Length: > 0 } parent ? Parse(parent, Environment.GetEnvironmentVariable(StateName)) : default;

    internal static ActivityContext Parse(string? parent, string? state) =>
        ActivityContext.TryParse(parent, string.IsNullOrEmpty(state) ? null : state, isRemote: true, out ActivityContext context) ? context : default;

    /// <summary>Formats a context for programs.</summary>
    internal static string Format(ActivityContext context) => $"00-{context.TraceId}-{context.SpanId}-{(context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";

    /// <summary>Sets the environment for a process that executes one run at a time.</summary>
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

    /// <summary>Sets the environment for a body that starts in the session of its parent run or of a user. Returns an action that restores it; null if it was not changed.</summary>
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
            // A value that the body itself has set stays.
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
