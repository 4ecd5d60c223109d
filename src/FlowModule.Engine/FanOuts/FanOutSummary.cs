using System.Globalization;
using System.Text;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Texts;

namespace FlowModule.Engine.FanOuts;

/// <summary>A fan-out's summary at its end: the number of runs by state, the duration, and the failed runs with input and reason.</summary>
internal static class FanOutSummary
{
    private const string Indent = "\n    ";

    /// <summary>Returns the summary, with a line for each failure that it names; null for a single run, whose own last line is enough.</summary>
    /// <param name="counts">The counts.</param>
    /// <param name="kind">The kind of the runs.</param>
    /// <param name="now">The time at the end.</param>
    /// <param name="title">The name of the fan-out; null if it has none.</param>
    internal static LogLine? Of(FanOutCounts counts, RunKind kind, DateTimeOffset now, string? title = null)
    {
        if (counts.Done < 2)
        {
            return null;
        }

        string runs = kind switch { RunKind.Task => "task runs", RunKind.Subflow => "subflow runs", _ => "flow runs" };
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{(title is null ? null : title + ": ")}{counts.Done} {runs} ended in {DurationText.Of(counts.Elapsed, CultureInfo.InvariantCulture)}: {counts.States()}.");
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
