using System.Diagnostics;

namespace FlowModule.Engine.Telemetry;

/// <summary>
/// Makes the attempt's span current on the body's thread, so that calls of the body, such as HTTP requests, belong to it. Costs nothing without
/// a listener.
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

    /// <param name="run">The run whose body starts now on this thread.</param>
    /// <param name="isInSession">Whether it executes in the session that started it, which waits meanwhile.</param>
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
