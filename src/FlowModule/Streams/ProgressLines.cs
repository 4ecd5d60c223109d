using System.Management.Automation.Host;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;

namespace FlowModule.Streams;

/// <summary>
/// Log lines with the progress of a fan-out, for output without a progress bar, such as a scheduled script's log. All fan-outs of the process
/// share one clock, so that nested ones do not fill the log.
/// </summary>
internal sealed class ProgressLines(TimeProvider time)
{
    internal static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    private static readonly ProgressLines OfProcess = new(TimeProvider.System);

    private readonly object _gate = new();
    private long? _last;

    /// <summary>Returns the lines for a host; null if it shows progress bars, or may not write to this process's output.</summary>
    internal static ProgressLines? For(PSHost host) => host.Name is "ConsoleHost" or "FlowHost" && Console.IsOutputRedirected ? OfProcess : null;

    /// <summary>Returns the line that is due now, or null.</summary>
    internal LogLine? Next(string activity, FanOutCounts counts)
    {
        if (!counts.AreSeveral || !IsDue())
        {
            return null;
        }

        string? left = counts.Left(usual: null) is { } rest && rest > TimeSpan.Zero ? $"; {TimeLeft.Describe(rest)}" : null;
        return new LogLine(time.GetLocalNow(), $"{activity}: {counts.Describe()}{left}.");
    }

    private bool IsDue()
    {
        lock (_gate)
        {
            if (_last is { } last && time.GetElapsedTime(last) < Between)
            {
                return false;
            }

            _last = time.GetTimestamp();
            return true;
        }
    }
}
