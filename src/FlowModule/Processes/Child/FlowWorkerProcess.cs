using System.ComponentModel;
using System.Management.Automation.Runspaces;
using FlowModule.Engine.Processes;
using FlowModule.Processes.Child;

namespace FlowModule;

/// <summary>The entry point of a process that was started to execute subflows of another process.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class FlowWorkerProcess
{
    private const int StackBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Executes the runs that come over a pipe until the parent process ends the connection or dies. The program must end then; processes that the runs have
    /// started end with it.
    /// </summary>
    /// <param name="pipeName">The name of the pipe, as passed by the parent process.</param>
    /// <param name="sessionState">The initial state of new sessions.</param>
    public static void Serve(string pipeName, InitialSessionState sessionState)
    {
        ArgumentNullException.ThrowIfNull(pipeName);
        ArgumentNullException.ThrowIfNull(sessionState);
        Serve(() => ChildServer.Run(pipeName, sessionState));
    }

    /// <summary>
    /// Executes the runs that come over standard input, and answers over standard output, until the input ends. The program must end then; processes that
    /// the runs have started end with it.
    /// </summary>
    /// <param name="sessionState">The initial state of new sessions.</param>
    public static void Serve(InitialSessionState sessionState)
    {
        ArgumentNullException.ThrowIfNull(sessionState);
        Serve(() => ChildServer.RunOverStandardStreams(sessionState));
    }

    private static void Serve(ThreadStart serve)
    {
        // On a thread without a session: script blocks created on a thread with a session take its language mode.
        var server = new Thread(serve, StackBytes) { Name = "FlowModule worker process" };
        server.Start();
        server.Join();
        ProcessGroup.EndOwnAtExit();
    }
}
