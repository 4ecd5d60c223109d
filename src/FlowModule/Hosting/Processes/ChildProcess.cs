using System.Diagnostics;
using System.IO.Pipes;
using System.Text;

namespace FlowModule.Hosting.Processes;

/// <summary>
/// A process that works for this one. The two talk through a named pipe that only their user can open: nothing that a body or
/// a program of its writes can get in between, and no other process inherits an end of it, so that the death of one side is
/// always seen by the other.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private const int PipeBuffer = 64 * 1024;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan OutputLimit = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly StrayOutput _output;
    private readonly StrayOutput _error;

    private ChildProcess(Process process, NamedPipeServerStream pipe, string mark, Action<string> stray)
    {
        _process = process;
        Id = process.Id;
        Channel = new FrameChannel(pipe);
        Mark = mark;
        _output = new StrayOutput(process.StandardOutput, mark, stray);
        _error = new StrayOutput(process.StandardError, mark, stray);
    }

    internal int Id { get; }

    internal FrameChannel Channel { get; }

    /// <summary>What the child writes to its standard output and error when a run's lines are all there.</summary>
    internal string Mark { get; }

    internal bool HasExited => _process.HasExited;

    /// <summary>Starts a process and waits until it is there.</summary>
    /// <param name="command">What to start.</param>
    /// <param name="stray">Gets what is written straight to the process's standard output or error.</param>
    /// <exception cref="WorkerStartException">It does not start, or it does not connect.</exception>
    internal static ChildProcess Start(WorkerCommand command, Action<string> stray)
    {
        string name = PipeName();
        var pipe = new NamedPipeServerStream(
            name, PipeDirection.InOut, maxNumberOfServerInstances: 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly, PipeBuffer, PipeBuffer);
        ChildProcess? child = null;
        try
        {
            child = new ChildProcess(StartProcess(command.StartInfo(name)), pipe, "\u001e" + Guid.NewGuid().ToString("N"), stray);
            child.WaitForConnection(pipe);
            if (!OperatingSystem.IsWindows())
            {
                // Both ends are open: should this process be killed, nothing of the pipe stays behind.
                File.Delete(name);
            }

            return child;
        }
        catch
        {
            child?.Kill();
            child?.Dispose();
            pipe.Dispose();
            throw;
        }
    }

    /// <summary>A run has ended: waits until what was written straight to standard output and error during it has come.</summary>
    internal void WaitForStray()
    {
        _output.WaitForMark(OutputLimit);
        _error.WaitForMark(OutputLimit);
    }

    /// <summary>The pipe has ended, so the process has died or soon will: how, with its last words.</summary>
    internal string DescribeDeath()
    {
        if (!_process.WaitForExit(OutputLimit))
        {
            Kill();
            _process.WaitForExit();
        }

        // What it has started goes with it, and lets go of its output.
        ProcessGroup.End(Id);
        _output.WaitForEnd(OutputLimit);
        _error.WaitForEnd(OutputLimit);
        string tail = _error.LastWords;
        string how = $"The worker process {Id} died: {ExitDescription.Of(_process.ExitCode)}.";
        return tail.Length == 0 ? how : $"{how} Its last error output:{Environment.NewLine}{tail}";
    }

    /// <summary>Ends the process at once, with all that it has started.</summary>
    internal void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or AggregateException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself, or part of it has.
        }

        ProcessGroup.End(Id);
        Channel.Dispose();
    }

    /// <summary>Lets the process end: without its pipe it does so by itself. Waits for it, but not for ever.</summary>
    public void Dispose()
    {
        Channel.Dispose();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(FlowRun.GraceSeconds)))
        {
            Kill();
        }

        ProcessGroup.End(Id);
        _process.Dispose();
    }

    private static string PipeName()
    {
        // On Unix a path: short, for a socket's may have no more than about a hundred characters.
        string name = "flow-" + Guid.NewGuid().ToString("N");
        return OperatingSystem.IsWindows() ? name : Path.Combine(Path.GetTempPath(), name);
    }

    private static Process StartProcess(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        start.StandardErrorEncoding = Encoding.UTF8;
        Process process = Process.Start(start) ?? throw new WorkerStartException($"'{start.FileName}' did not start.");
        process.StandardInput.Close();
        return process;
    }

    private void WaitForConnection(NamedPipeServerStream pipe)
    {
        using var limit = new CancellationTokenSource(StartLimit);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => CancelQuietly(limit);
        if (_process.HasExited)
        {
            CancelQuietly(limit);
        }

        try
        {
            pipe.WaitForConnectionAsync(limit.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException exception)
        {
            throw new WorkerStartException(
                _process.HasExited ? DescribeDeath() : $"The worker process {Id} did not connect within {StartLimit.TotalSeconds} seconds.", exception);
        }

        if (!Channel.TryRead(out FrameKind kind, out _) || kind != FrameKind.Hello)
        {
            throw new WorkerStartException(DescribeDeath());
        }
    }

    private static void CancelQuietly(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It had connected by then.
        }
    }
}
