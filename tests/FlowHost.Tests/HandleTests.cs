using System.Globalization;
using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>
/// A process that starts others for months has no more open handles after a run than before, and does not rely on garbage collections to close them:
/// if little is allocated, none happen.
/// </summary>
public sealed class HandleTests
{
    /// <summary>The allocation budget before the first collection: a short run allocates less.</summary>
    private const string SeldomCollected = "40000000";

    /// <summary>A few handles come and go with threads and sockets.</summary>
    private const int Slack = 8;

    /// <summary>Runs a piece of code a few times, then many times, and returns the maximum increase of open handles: a collection would close some.</summary>
    private const string Count =
        """
        function Get-Growth($Times, [scriptblock] $Run) {
            1..3 | ForEach-Object { & $Run } | Out-Null
            $before = [IO.Directory]::GetFiles("/proc/$PID/fd").Length
            $most = 0
            1..$Times | ForEach-Object {
                $null = & $Run

                # On a busy machine, the handles of the last processes may be closed some time after their runs.
                $limit = [DateTime]::UtcNow.AddMinutes(1)
                while (($growth = [IO.Directory]::GetFiles("/proc/$PID/fd").Length - $before) -gt 8 -and [DateTime]::UtcNow -lt $limit) { [Threading.Thread]::Sleep(50) }
                $most = [Math]::Max($most, $growth)
            }
            $most
        }

        """;

    [UnixFact]
    public void A_scheduled_run_leaves_no_handle_open() => Check(12, "Invoke-FlowSchedule nightly -HistoryPath $env:HISTORY");

    /// <summary>A program that ends before it has connected, because it takes no time to start.</summary>
    [UnixFact]
    public void Two_hundred_of_processes_that_end_at_once_leave_no_handle_open() => Check(200, "Invoke-FlowSchedule nightly -HistoryPath $env:HISTORY", worker: "/bin/true");

    [UnixFact]
    public void A_worker_that_dies_leaves_no_handle_open() =>
        Check(12, "Start-Subflow -Isolation Process { [Environment]::Exit(3) } -NoHistory -ErrorAction Ignore -InformationAction Ignore");

    private static void Check(int times, string run, string? worker = null)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using ScheduledScript script = new("1", "Parallel");
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["DOTNET_GCgen0size"] = SeldomCollected, ["HISTORY"] = script.PathOf("history.db"), ["FLOWMODULE_PROCESS_HOST"] = worker };
        FlowResult result = FlowProcess.Invoke(["command", $"{Count}Get-Growth {times} {{ {run} }}"], environment);

        Assert.Equal(string.Empty, result.Error);
        Assert.InRange(int.Parse(Assert.Single(result.Lines), CultureInfo.InvariantCulture), -Slack, Slack);
    }
}
