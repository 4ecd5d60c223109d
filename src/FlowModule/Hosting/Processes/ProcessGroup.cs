using System.Runtime.InteropServices;

namespace FlowModule.Hosting.Processes;

/// <summary>
/// Holds a process of a worker together with all that it starts, so that one can be ended with the other, and so that a Ctrl+C
/// at the terminal is left to the process that can stop runs in order.
/// </summary>
internal static partial class ProcessGroup
{
    private const int Kill = 9;

    private static bool s_isLeader;

    /// <summary>Makes this process the head of a group of its own. Called once, before it starts any other.</summary>
    internal static void Lead()
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsJob.Join();
        }
        else
        {
            // A session of its own: without a terminal, a program that would ask for a password fails instead of waiting for ever.
            s_isLeader = StartSession() == Environment.ProcessId;
        }
    }

    /// <summary>Ends what this process has started and, where it has a group of its own, itself with it.</summary>
    internal static void EndOwn()
    {
        if (s_isLeader)
        {
            // Windows does so by itself when the process ends.
            _ = Signal(0, Kill);
        }
    }

    /// <summary>Ends what is left of the group of a process that has died or is being ended.</summary>
    internal static void End(int leader)
    {
        if (!OperatingSystem.IsWindows())
        {
            // No such group: nothing is left.
            _ = Signal(-leader, Kill);
        }
    }

    [LibraryImport("libc", EntryPoint = "setsid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StartSession();

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int process, int signal);
}
