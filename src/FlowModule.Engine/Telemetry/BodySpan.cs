using System.Diagnostics;

namespace FlowModule.Engine.Telemetry;

/// <summary>
/// While a body executes, the span of its attempt is what is current on its thread: what it calls (an HTTP client, say) is a part of it. Costs
/// nothing when nobody listens.
/// </summary>
internal readonly struct BodySpan : IDisposable
{
    private readonly Activity? _span;
    private readonly Activity? _before;
    private readonly Action? _restore;

    private BodySpan(Activity span, Action? restore)
    {
        (_span, _before, _restore) = (span, Activity.Current, restore);
        Activity.Current = span;
    }

    /// <param name="run">The run whose body begins now, on this thread.</param>
    /// <param name="isInSession">Whether it executes in the session that has started it, which does nothing else meanwhile.</param>
    internal static BodySpan Enter(FlowRun run, bool isInSession) =>
        RunTrace.Of(run)?.AttemptSpan(run) is { } span ? new BodySpan(span, isInSession ? TraceEnvironment.Enter(run, span) : null) : default;

    public void Dispose()
    {
        if (_span is not null)
        {
            Activity.Current = _before;
            _restore?.Invoke();
        }
    }
}
