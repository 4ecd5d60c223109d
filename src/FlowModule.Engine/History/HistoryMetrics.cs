using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FlowModule.Engine.History;

/// <summary>What is measured of writes to histories, for listeners of the meter FlowModule.</summary>
internal static class HistoryMetrics
{
    private static readonly Meter Meter = new("FlowModule", typeof(HistoryMetrics).Assembly.GetName().Version?.ToString(fieldCount: 3));

    private static readonly Counter<long> Entries = Meter.CreateCounter<long>("flow.history.entries", "{entry}", "States and log lines that were written to a history.");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("flow.history.write.duration", "s", "How long a write to a history took: one write contains many entries.");

    /// <summary>A write begins. Returns its start; null if nobody listens.</summary>
    internal static long? Begin() => Entries.Enabled || Duration.Enabled ? Stopwatch.GetTimestamp() : null;

    /// <summary>The write has ended, and these entries are kept.</summary>
    internal static void End(long? start, int entries)
    {
        if (start is { } since)
        {
            Entries.Add(entries);
            Duration.Record(Stopwatch.GetElapsedTime(since).TotalSeconds);
        }
    }
}
