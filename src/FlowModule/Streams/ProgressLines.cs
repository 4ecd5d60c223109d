using System.Management.Automation.Host;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;

namespace FlowModule.Streams;

/// <summary>
/// Lines that say how far a fan-out is, where there is no terminal that could show a bar: in the output of a scheduled script, or a log. All fan-outs of
/// the process share one clock, so that those inside of others do not fill the log.
/// </summary>
internal sealed class ProgressLines(TimeProvider time)
{
    internal static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    private static readonly ProgressLines OfProcess = new(TimeProvider.System);

    private readonly object _gate = new();
    private long? _last;

    /// <summary>The lines for a host; null where it shows bars, or is not known to write to this process's output.</summary>
    internal static ProgressLines? For(PSHost host) => host.Name is "ConsoleHost" or "FlowHost" && Console.IsOutputRedirected ? OfProcess : null;

    /// <summary>The line that is due now, or null.</summary>
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
