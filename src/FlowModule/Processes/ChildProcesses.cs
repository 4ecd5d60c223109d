using System.Runtime.InteropServices;

namespace FlowModule.Processes;

/// <summary>
/// Passes signals on to the native commands that a script is running. The engine does not stop a command that writes straight
/// to our output: at a terminal Ctrl+C reaches it without our help, but a signal that is sent to this process alone does not.
/// </summary>
internal static partial class ChildProcesses
{
    public const int Interrupt = 2;
    public const int Terminate = 15;
    public const int Kill = 9;

    /// <summary>Sends <paramref name="signal"/> to each process that this one has started.</summary>
    public static void Send(int signal)
    {
        // Windows tells all the processes of a console by itself.
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
                // One that works for us has a group of its own, with what it has started in it.
                Send(-child.Id, signal);
            }
        }
    }

    /// <summary>Sends a signal to one process. One that has ended meanwhile is none of our business.</summary>
    internal static void Send(int process, int signal) => _ = SendSignal(process, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int processId, int signal);
}
