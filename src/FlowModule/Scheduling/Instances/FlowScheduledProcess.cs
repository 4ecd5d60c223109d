using System.Management.Automation.Host;
using FlowModule.Scheduling.Instances;

namespace FlowModule;

/// <summary>What PowerShell does when it was started to run the script of a scheduled flow.</summary>
public static class FlowScheduledProcess
{
    private const int StackBytes = 16 * 1024 * 1024;

    /// <summary>Runs the script that another process names over a pipe, in a session of its own, and gives the exit code to end with.</summary>
    /// <param name="pipeName">The pipe, as the process that started this one has named it.</param>
    /// <param name="host">The host to write to.</param>
    public static int Run(string pipeName, PSHost host)
    {
        ArgumentNullException.ThrowIfNull(pipeName);
        ArgumentNullException.ThrowIfNull(host);
        int exitCode = 0;
        var thread = new Thread(() => exitCode = InstanceServer.Run(pipeName, _ => new HostedSession(host)), StackBytes) { Name = "FlowModule scheduled script" };
        thread.Start();
        thread.Join();
        return exitCode;
    }
}
