using System.Globalization;
using System.Management.Automation;

namespace FlowModule.Stopping;

/// <summary>Why a run cannot be stopped.</summary>
internal static class StopErrors
{
    internal static FlowException NotFound(string what) => new(
        $"No run '{what}' is active, in this process or another.", "FlowRunNotFound", ErrorCategory.ObjectNotFound, what);

    internal static FlowException NotActive(FlowRunRecord run) => NotActive(run.Name, run.FlowName, run.State.Name, run.State.Message, run.EndTime, run);

    internal static FlowException NotActive(FlowRun run) => NotActive(run.Name, run.FlowName, run.State.Name, run.State.Message, run.EndTime, run);

    internal static FlowException NotForced(StoppedRun run, double seconds, string why) => new(
        string.Create(CultureInfo.InvariantCulture, $"Run {run} has not ended after {seconds} second(s), and cannot be forced to: {why}"),
        "FlowRunNotForced", ErrorCategory.OperationStopped, run.Output);

    private static FlowException NotActive(string name, string flow, string state, string? message, DateTimeOffset? end, object run) => new(
        $"Run '{name}' of '{flow}' is not running: it ended {state}"
        + (end is { } time ? $" at {time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}" : null)
        + (message is null ? "." : $": {message}"),
        "FlowRunNotActive", ErrorCategory.InvalidOperation, run);
}
