using System.ComponentModel;
using System.Management.Automation.Host;
using FlowModule.Scheduling.Instances;

namespace FlowModule;

/// <summary>The entry point of a PowerShell process that was started to run the script of a scheduled flow.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class FlowScheduledProcess
{
    private const int StackBytes = 16 * 1024 * 1024;

    /// <summary>Runs the script that the parent process names over a pipe, in a new session, and returns the exit code.</summary>
    /// <param name="pipeName">The name of the pipe, as passed by the parent process.</param>
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
