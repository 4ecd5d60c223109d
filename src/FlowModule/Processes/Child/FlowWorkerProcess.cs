using System.Management.Automation.Runspaces;
using FlowModule.Processes;
using FlowModule.Processes.Child;

namespace FlowModule;

/// <summary>What a program does that was started to execute the subflows of another process, each in this process alone.</summary>
public static class FlowWorkerProcess
{
    private const int StackBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Executes what comes over a pipe until the other process ends it or dies. The program is to end then; what the runs have
    /// started ends with it.
    /// </summary>
    /// <param name="pipeName">The pipe, as the process that started this one has named it.</param>
    /// <param name="sessionState">What sessions of this program are opened with.</param>
    public static void Serve(string pipeName, InitialSessionState sessionState)
    {
        ArgumentNullException.ThrowIfNull(pipeName);
        ArgumentNullException.ThrowIfNull(sessionState);

        // On a thread with no session: script blocks that are made on one with a session take over its language mode.
        var server = new Thread(() => ChildServer.Run(pipeName, sessionState), StackBytes) { Name = "FlowModule worker process" };
        server.Start();
        server.Join();
        ProcessGroup.EndOwnAtExit();
    }
}
