using System.Runtime.InteropServices;
using FlowModule.Engine.Processes;

namespace FlowModule.Bodies;

/// <summary>
/// Forwards signals to the native commands that a script is running. PowerShell does not stop a command that writes directly
/// to our output: Ctrl+C at a terminal reaches it anyway, but a signal that is sent only to this process does not.
/// </summary>
internal static partial class ChildProcesses
{
    public const int Interrupt = 2;
    public const int Terminate = 15;
    public const int Kill = 9;

    /// <summary>Sends <paramref name="signal"/> to each process that this one has started.</summary>
    public static void Send(int signal)
    {
        // Windows itself notifies all processes of a console.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (signal != Kill)
        {
            NativeTree.TakeAnySignal();
        }

        foreach (ProcessEntry child in ProcessList.Take().ChildrenOf(Environment.ProcessId))
        {
            Send(child.Id, signal);
            if (signal == Kill)
            {
                // A worker process has its own group, which includes the processes that it has started.
                Send(-child.Id, signal);
            }
        }
    }

    /// <summary>Sends a signal to one process, if it still exists.</summary>
    internal static void Send(int process, int signal) => _ = SendSignal(process, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int processId, int signal);
}
