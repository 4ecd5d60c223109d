using System.Diagnostics;
using System.Globalization;

namespace FlowModule.Benchmarks;

/// <summary>The workers of a pool: real processes that serve one queue.</summary>
internal sealed class PoolWorkers : IDisposable
{
    internal const string Queue = "bench";

    private readonly List<Process> _processes = [];

    /// <summary>Starts one. Returns what is set when it is ready.</summary>
    internal ManualResetEventSlim Start(int places)
    {
        var isReady = new ManualResetEventSlim();
        Process process = ChildProcess.StartProgram(
            Session.Setting("FlowHost"), "work", "--queue", Queue, "--throttle", places.ToString(CultureInfo.InvariantCulture));
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("is ready", StringComparison.Ordinal) != false)
            {
                isReady.Set();
            }
        };
        process.BeginOutputReadLine();
        _processes.Add(process);
        return isReady;
    }

    /// <summary>Kills the oldest one, as a machine goes that loses its power.</summary>
    internal void KillOne()
    {
        _processes[0].Kill();
        _processes[0].WaitForExit();
        _processes.RemoveAt(0);
    }

    internal static void WaitFor(Session session, int count)
    {
        while (session.Run($"@(Get-FlowWorker).Count -ge {count}")[0].BaseObject is not true)
        {
            Thread.Sleep(200);
        }
    }

    public void Dispose()
    {
        foreach (Process process in _processes)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }
}
