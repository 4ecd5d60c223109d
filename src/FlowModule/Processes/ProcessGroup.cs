using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FlowModule.Processes;

/// <summary>
/// Holds a process of a worker together with all that it starts, so that one can be ended with the other, and so that a Ctrl+C
/// at the terminal is left to the process that can stop runs in order.
/// </summary>
internal static partial class ProcessGroup
{
    private const int Kill = 9;
    private const int Terminate = 15;

    private static bool s_isLeader;

    /// <summary>Makes this process the head of a group of its own. Called once, before it starts any other.</summary>
    internal static void Lead()
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsJob.Join();
            WindowsJob.EndWithThis();
        }
        else
        {
            // A session of its own: without a terminal, a program that would ask for a password fails instead of waiting for ever.
            s_isLeader = StartSession() == Environment.ProcessId;
        }
    }

    /// <summary>The same, but on Windows what it starts may outlive it, as on Unix, unless it is stopped.</summary>
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
    /// Has all that this process has started end with it, because it is being stopped. Does nothing on Unix: there the process that stops this
    /// one sends the signal to its whole group.
    /// </summary>
    internal static void EndOwnWithThis()
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsJob.EndWithThis();
        }
    }

    /// <summary>Ends this process at once, with what it has started.</summary>
    internal static void EndOwn()
    {
        if (s_isLeader)
        {
            _ = Signal(0, Kill);
        }

        _ = TryKill(Environment.ProcessId);
    }

    /// <summary>Has what this process has started end with it. Called last, before the process ends.</summary>
    internal static void EndOwnAtExit()
    {
        if (s_isLeader)
        {
            // Windows does so by itself. The group is this process too, so this is the last of what is done at its exit: the engine
            // has then removed the pipe that it keeps for debuggers.
            AppDomain.CurrentDomain.ProcessExit += static (_, _) => _ = Signal(0, Kill);
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

    /// <summary>Asks a process to end in order; false where that cannot be said to it.</summary>
    internal static bool TryAskToEnd(int process) => !OperatingSystem.IsWindows() && Signal(process, Terminate) == 0;

    /// <summary>Ends a process at once, with all that it has started; false when it must not be ended by this user.</summary>
    internal static bool TryKill(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return TryKill(found);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // It has ended by itself.
            return true;
        }
    }

    /// <summary>The same for a process that was found; null is one that was not.</summary>
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
            // Not allowed, or part of it has ended meanwhile.
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
