using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation;

namespace FlowModule.Processes;

/// <summary>
/// Ends what native commands have started when the pipeline that runs them is stopped. The engine kills a command and nothing below it: that
/// lives on, holds the command's output open, and so holds up the pipeline, whose finally blocks then do not run.
/// Which commands were the pipeline's is known when the engine kills them; those of pipelines that go on, and all else that this process
/// has started, are left alone.
/// </summary>
internal static class NativeTree
{
    /// <summary>How long what is asked to end may take before it is killed.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly ConcurrentDictionary<ProcessEntry, CommandWatch> Watched = new();

    private static volatile bool s_anySignal;

    internal static void EndWhenStopped(PowerShell pipeline) => pipeline.InvocationStateChanged += static (_, change) =>
    {
        // Told before anything is stopped: later, the tree is not to be seen any more.
        if (change.InvocationStateInfo.State == PSInvocationState.Stopping)
        {
            try
            {
                Watch();
            }
            catch (Exception)
            {
                // Whatever keeps the tree from being seen (no ps, no handles): the pipeline is to be stopped all the same.
            }
        }
    };

    /// <summary>The whole process is being stopped, and passes the signal on: then that is what ends commands, and all are meant.</summary>
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
            // Runs are stopped many at once, and each stop sees the commands of all.
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
    /// Waits until all processes are started that are just being started: .NET knows how one ends only if it had known it when it was opened here, and that comes
    /// a moment after the process has begun. The end of a process is seen when no other is being started.
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
            // Then there is no other to be started either.
        }
    }

    /// <summary>A process while it is there. Opened, its id stays its own on Windows, and it is known how it ended.</summary>
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
            // It has ended meanwhile, or is another user's.
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
            // What cannot be ended holds its run up, which is given up in its time.
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
            // There is no asking there.
            ForEach(tree, static process => ProcessGroup.TryKill(process));
            return;
        }

        tree = ForEach(tree, static process => ChildProcesses.Send(process, ChildProcesses.Terminate));
        await Task.Delay(Grace).ConfigureAwait(false);
        ForEach(tree, static process => ChildProcesses.Send(process, ChildProcesses.Kill));
    }

    /// <summary>Does something to those that are still there, and to what they have started since. Gives these all.</summary>
    private static ProcessEntry[] ForEach(ProcessEntry[] tree, Action<int> end)
    {
        ProcessList now = ProcessList.Take();
        ProcessEntry[] there = [.. tree.Where(now.Has)];
        there = [.. there.Concat(there.SelectMany(process => now.Below(process.Id))).Distinct()];
        Array.ForEach(there, process => end(process.Id));
        return there;
    }
}
