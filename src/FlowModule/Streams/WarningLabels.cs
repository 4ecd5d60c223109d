using System.Management.Automation;
using System.Runtime.CompilerServices;
using FlowModule.Engine.Runs;

namespace FlowModule.Streams;

/// <summary>Adds the source run to a warning, but only once: the warning passes through the streams of all outer runs.</summary>
internal static class WarningLabels
{
    private static readonly object Mark = new();

    // Keyed by message text objects, because PowerShell creates a new record each time a warning is passed on.
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
