using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation;
using FlowModule.Engine.Processes;

namespace FlowModule.Bodies;

/// <summary>
/// Ends processes that native commands have started, when the pipeline of the commands is stopped. PowerShell kills a command but not its children: they
/// live on, keep the command's output open, and so block the pipeline, whose finally blocks then do not run.
/// Which commands belong to the pipeline is known when PowerShell kills them; commands of other pipelines, and all other processes that this process
/// has started, are left alone.
/// </summary>
internal static class NativeTree
{
    /// <summary>How long a process has to end after SIGTERM, before it is killed.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly ConcurrentDictionary<ProcessEntry, CommandWatch> Watched = new();

    private static volatile bool s_anySignal;

    internal static void EndWhenStopped(PowerShell pipeline) => pipeline.InvocationStateChanged += static (_, change) =>
    {
        // This event comes before anything is stopped: later, the tree can no longer be seen.
        if (change.InvocationStateInfo.State == PSInvocationState.Stopping)
        {
            try
            {
                Watch();
            }
            catch (Exception)
            {
                // Whatever prevents reading the tree (no ps, no handles), the pipeline must be stopped.
            }
        }
    };

    /// <summary>The whole process is being stopped and forwards the signal: then the signal ends the commands, and all of them are included.</summary>
    internal static void TakeAnySignal() => s_anySignal = true;

    private static void Watch()
    {
        if (!ProcessList.HasChildren)
        {
            return;
        }

        ProcessList processes = ProcessList.Take();
        List<(ProcessEntry Command, List<ProcessEntry> Below)> found =
            [.. processes.ChildrenOf(Environment.ProcessId).Select(command => (command, processes.Below(command.Id))).Where(static tree => tree.Item2.Count > 0)];
        if (found.Exists(static tree => !Watched.ContainsKey(tree.Command)))
        {
            WaitForStarts();
        }

        foreach ((ProcessEntry command, List<ProcessEntry> below) in found)
        {
            // Many runs are stopped at once, and each stop sees the commands of all.
            if (Watched.TryGetValue(command, out CommandWatch? known))
            {
                known.GoOn(below);
            }
            else if (Open(command.Id) is { } process)
            {
                Watched[command] = known = new CommandWatch(command, process, below);
                _ = EndAfterAsync(known);
            }
        }
    }

    /// <summary>
    /// Waits until processes that are being started have started: .NET only knows how a process ended if it knew the process before it was opened here, which is
    /// a moment after its start. The end of a process is seen when no other process is being started.
    /// </summary>
    private static void WaitForStarts()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", ":"]) { UseShellExecute = false })!;
            process.WaitForExit();
        }
        catch (Win32Exception)
        {
            // If it cannot be started, no other process is being started either.
        }
    }

    /// <summary>Opens a running process. While it is open, its id is not reused on Windows, and its exit code is known.</summary>
    private static Process? Open(int id)
    {
        try
        {
            var process = Process.GetProcessById(id);
            _ = process.SafeHandle;
            return process;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended in the meantime, or belongs to another user.
        }

        return null;
    }

    private static async Task EndAfterAsync(CommandWatch watch)
    {
        try
        {
            if (await watch.WaitForExitAsync().ConfigureAwait(false) && WasKilled(watch.Process.ExitCode))
            {
                await EndAsync(watch.Below).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or IOException)
        {
            // A process that cannot be killed blocks its run, which is abandoned after the grace period.
        }
        finally
        {
            Watched.TryRemove(watch.Command, out _);
            watch.Process.Dispose();
        }
    }

    private static bool WasKilled(int exitCode) => OperatingSystem.IsWindows()
        ? exitCode == -1
        : exitCode == 128 + ChildProcesses.Kill || (s_anySignal && exitCode > 128);

    private static async Task EndAsync(ProcessEntry[] tree)
    {
        if (OperatingSystem.IsWindows())
        {
            // Windows has no SIGTERM.
            ForEach(tree, static process => ProcessGroup.TryKill(process));
            return;
        }

        tree = ForEach(tree, static process => ChildProcesses.Send(process, ChildProcesses.Terminate));
        await Task.Delay(Grace).ConfigureAwait(false);
        ForEach(tree, static process => ChildProcesses.Send(process, ChildProcesses.Kill));
    }

    /// <summary>Applies an action to the processes that still exist, and to their new children. Returns all of them.</summary>
    private static ProcessEntry[] ForEach(ProcessEntry[] tree, Action<int> end)
    {
        ProcessList now = ProcessList.Take();
        ProcessEntry[] there = [.. tree.Where(now.Has)];
        there = [.. there.Concat(there.SelectMany(process => now.Below(process.Id))).Distinct()];
        Array.ForEach(there, process => end(process.Id));
        return there;
    }
}
