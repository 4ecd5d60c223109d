using System.Diagnostics;
using FlowModule.Engine.Processes;

namespace FlowModule.Bodies;

/// <summary>A native command whose pipeline may be stopping: if it is killed soon, it was.</summary>
internal sealed class CommandWatch(ProcessEntry command, Process process, List<ProcessEntry> below)
{
    /// <summary>How long PowerShell may take to kill a command.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(FlowRun.GraceSeconds);

    private volatile ProcessEntry[] _below = [.. below];
    private long _from = Stopwatch.GetTimestamp();

    internal ProcessEntry Command => command;

    internal Process Process => process;

    /// <summary>The processes that the command had started when a pipeline was last stopped.</summary>
    internal ProcessEntry[] Below => _below;

    /// <summary>Another pipeline is being stopped.</summary>
    internal void GoOn(List<ProcessEntry> below)
    {
        _below = [.. below];
        Interlocked.Exchange(ref _from, Stopwatch.GetTimestamp());
    }

    /// <summary>Waits until the command has ended; false if it continues.</summary>
    internal async Task<bool> WaitForExitAsync()
    {
        for (TimeSpan left = Patience; left > TimeSpan.Zero && !process.HasExited; left = Patience - Stopwatch.GetElapsedTime(Interlocked.Read(ref _from)))
        {
            using var patience = new CancellationTokenSource(left);
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return process.HasExited;
    }
}
