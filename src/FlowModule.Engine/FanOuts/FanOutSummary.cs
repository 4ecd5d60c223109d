using System.Globalization;
using System.Text;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;

namespace FlowModule.Engine.FanOuts;

/// <summary>What became of the runs of a fan-out, said once at its end: how many ended how, in what time, and which failed, for what input and why.</summary>
internal static class FanOutSummary
{
    private const string Indent = "\n    ";

    /// <summary>The line, with one more for each failure that is named; null for one run alone, whose own end says it all.</summary>
    /// <param name="counts">What was counted.</param>
    /// <param name="kind">What kind of runs they are.</param>
    /// <param name="now">When they had ended.</param>
    internal static LogLine? Of(FanOutCounts counts, RunKind kind, DateTimeOffset now)
    {
        if (counts.Done < 2)
        {
            return null;
        }

        string runs = kind switch { RunKind.Task => "task runs", RunKind.Subflow => "subflow runs", _ => "flow runs" };
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{counts.Done} {runs} ended in {counts.Elapsed.TotalSeconds:0.000} s: {counts.States()}.");
        foreach (FlowState failure in counts.Failures)
        {
            text.Append(Indent).Append(failure.Name).Append(' ').Append(RunLabel.Quoted(failure.Run)).Append(": ").Append(StateReason.Of(failure));
        }

        int more = counts.FailureCount - counts.Failures.Count;
        return new LogLine(now, (more > 0 ? text.Append(Indent).Append(CultureInfo.InvariantCulture, $"and {more} more") : text).ToString())
        {
            Weight = counts.FailureCount > 0 ? FlowLogPreference.Failures : FlowLogPreference.Flows,
        };
    }
}
