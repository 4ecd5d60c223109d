using System.Management.Automation;
using System.Runtime.CompilerServices;
using FlowModule.Engine.Runs;

namespace FlowModule.Streams;

/// <summary>Has warnings say which of many runs they come from, once: they pass through the streams of all runs around.</summary>
internal static class WarningLabels
{
    private static readonly object Mark = new();

    // Messages, because the engine makes a record anew wherever a warning is handed on.
    private static readonly ConditionalWeakTable<string, object> Labelled = [];

    internal static WarningRecord Add(FlowRun run, WarningRecord warning)
    {
        if (warning.Message is not { } message || Labelled.TryGetValue(message, out _) || RunLabel.Source(run) is not { } source)
        {
            return warning;
        }

        string text = $"{source} {message}";
        Labelled.TryAdd(text, Mark);
        var labelled = string.IsNullOrEmpty(warning.FullyQualifiedWarningId) ? new WarningRecord(text) : new WarningRecord(warning.FullyQualifiedWarningId, text);
        if (RunLog.IsInALog(warning))
        {
            RunLog.MarkLogged(labelled);
        }

        return labelled;
    }
}
