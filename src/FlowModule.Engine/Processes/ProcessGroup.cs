using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FlowModule.Engine.Processes;

/// <summary>
/// Groups a worker's process with all processes that it starts, so that they can be killed together, and so that Ctrl+C
/// at the terminal only reaches the process that can stop runs in order.
/// </summary>
internal static partial class ProcessGroup
{
    private const int Kill = 9;
    private const int Terminate = 15;

    private static bool s_isLeader;

    /// <summary>Makes this process the leader of a new group. Called once, before it starts any process.</summary>
    internal static void Lead()
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsJob.Join();
            WindowsJob.EndWithThis();
        }
        else
        {
            // In a new session: without a terminal, a program that would ask for a password fails instead of waiting forever.
            s_isLeader = StartSession() == Environment.ProcessId;
        }
    }

    /// <summary>The same, but on Windows the processes that it starts may outlive it, as on Unix, unless it is stopped.</summary>
    internal static void LeadSession()
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsJob.Join();
        }
        else
        {
            Lead();
        }
    }

    /// <summary>
    /// Makes all processes that this process has started end with it, because it is being stopped. No effect on Unix: there the process that stops this
    /// one signals its whole group.
    /// </summary>
    internal static void EndOwnWithThis()
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsJob.EndWithThis();
        }
    }

    /// <summary>Kills this process, with the processes that it has started.</summary>
    internal static void EndOwn()
    {
        if (s_isLeader)
        {
            _ = Signal(0, Kill);
        }

        _ = TryKill(Environment.ProcessId);
    }

    /// <summary>Makes the processes that this process has started end with it. Called last, before the process ends.</summary>
    internal static void EndOwnAtExit()
    {
        if (s_isLeader)
        {
            // Windows does this itself. The group includes this process, so this is the last action at its exit.
            AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
            {
                DebuggerFiles.Remove(Environment.ProcessId);
                _ = Signal(0, Kill);
            };
        }
    }

    /// <summary>Kills the remaining group of a process that has died or is being killed.</summary>
    internal static void End(int leader)
    {
        if (!OperatingSystem.IsWindows())
        {
            // If there is no such group, nothing is left.
            _ = Signal(-leader, Kill);
            DebuggerFiles.Remove(leader);
        }
    }

    /// <summary>Tells a process to end in order; false if that is not possible.</summary>
    internal static bool TryAskToEnd(int process) => !OperatingSystem.IsWindows() && Signal(process, Terminate) == 0;

    /// <summary>Kills a process, with all processes that it has started; false if this user may not kill it.</summary>
    internal static bool TryKill(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return TryKill(found);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // It has already ended.
            return true;
        }
    }

    /// <summary>The same for an opened process; null if it was not found.</summary>
    internal static bool TryKill(Process? process)
    {
        try
        {
            process?.Kill(entireProcessTree: true);
            return true;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
        catch (Exception exception) when (exception is Win32Exception or AggregateException)
        {
            // Not allowed, or a part of it has already ended.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "setsid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StartSession();

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int process, int signal);
}
