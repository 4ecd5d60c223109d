using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation;

namespace FlowModule.Hosting.Processes;

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

    /// <summary>How long the engine may take to kill a command.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(FlowRun.GraceSeconds);

    private static volatile bool s_anySignal;

    internal static void EndWhenStopped(PowerShell pipeline) => pipeline.InvocationStateChanged += static (_, change) =>
    {
        // Told before anything is stopped: later, the tree is not to be seen any more.
        if (change.InvocationStateInfo.State == PSInvocationState.Stopping)
        {
            Watch();
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
        foreach (ProcessEntry command in processes.ChildrenOf(Environment.ProcessId))
        {
            List<ProcessEntry> below = processes.Below(command.Id);
            if (below.Count > 0 && Open(command.Id) is { } process)
            {
                _ = EndAfterAsync(process, [.. below.Select(static entry => (entry, Open(entry.Id)))]);
            }
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

    private static async Task EndAfterAsync(Process command, (ProcessEntry Entry, Process? Process)[] below)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            await command.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (command.HasExited && WasKilled(command.ExitCode))
            {
                await EndAsync(below).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or IOException)
        {
            // What cannot be ended holds its run up, which is given up in its time.
        }
        finally
        {
            command.Dispose();
            Array.ForEach(below, static entry => entry.Process?.Dispose());
        }
    }

    private static bool WasKilled(int exitCode) => OperatingSystem.IsWindows()
        ? exitCode == -1
        : exitCode == 128 + ChildProcesses.Kill || (s_anySignal && exitCode > 128);

    private static async Task EndAsync((ProcessEntry Entry, Process? Process)[] below)
    {
        if (OperatingSystem.IsWindows())
        {
            // There is no asking there.
            Array.ForEach(below, static entry => ProcessGroup.TryKill(entry.Process));
            return;
        }

        ProcessEntry[] tree = [.. below.Select(static entry => entry.Entry)];
        tree = Signal(tree, ChildProcesses.Terminate);
        await Task.Delay(Grace).ConfigureAwait(false);
        Signal(tree, ChildProcesses.Kill);
    }

    /// <summary>Sends a signal to those that are still there, and to what they have started since. Gives these all.</summary>
    private static ProcessEntry[] Signal(ProcessEntry[] tree, int signal)
    {
        ProcessList now = ProcessList.Take();
        ProcessEntry[] there = [.. tree.Where(now.Has)];
        there = [.. there.Concat(there.SelectMany(process => now.Below(process.Id))).Distinct()];
        Array.ForEach(there, process => ChildProcesses.Send(process.Id, signal));
        return there;
    }
}
