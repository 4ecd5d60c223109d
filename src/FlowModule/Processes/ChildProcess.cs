using System.Diagnostics;
using FlowModule.Engine.Processes;
using FlowModule.Wire;

namespace FlowModule.Processes;

/// <summary>
/// A process that works for this one. The two communicate through a pipe, in addition to the standard streams.
/// </summary>
internal sealed class ChildProcess : IPeer
{
    // The mark comes at once, but on a busy machine this may take long.
    private static readonly TimeSpan MarkLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly ProcessLink _link;
    private readonly StrayOutput _output;
    private readonly StrayOutput _error;

    private ChildProcess(Process process, ProcessLink link, string mark, Action<string> stray)
    {
        _process = process;
        _link = link;
        Id = process.Id;
        Mark = mark;
        _output = new StrayOutput(process.StandardOutput, mark, stray);
        _error = new StrayOutput(process.StandardError, mark, stray);
    }

    internal int Id { get; }

    /// <inheritdoc/>
    public FrameChannel Channel => _link.Channel;

    /// <inheritdoc/>
    public string Mark { get; }

    internal bool HasExited => _process.HasExited;

    /// <summary>Starts a process and waits until it has connected.</summary>
    /// <param name="command">The command.</param>
    /// <param name="stray">Receives output that goes directly to the process's standard output or error.</param>
    /// <exception cref="WorkerStartException">It does not start, or it does not connect.</exception>
    internal static ChildProcess Start(WorkerCommand command, Action<string> stray)
    {
        ProcessLink? link = null;
        ChildProcess? child = null;
        try
        {
            link = new ProcessLink();
            child = new ChildProcess(ProcessLink.Start(command.StartInfo(WorkerCommand.Worker, link.Name)), link, "\u001e" + Guid.NewGuid().ToString("N"), stray);
            link.WaitForConnection(child._process, child.DescribeDeath);
            return child;
        }
        catch (Exception exception)
        {
            child?.Kill();
            child?.Dispose();
            link?.Dispose();

            // There may be no such program, or no room for another process, its pipe or its threads: what it is depends on the operating system.
            throw exception as WorkerStartException ?? new WorkerStartException($"A worker process cannot be started: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void WaitForStray()
    {
        _output.WaitForMark(MarkLimit);
        _error.WaitForMark(MarkLimit);
    }

    /// <inheritdoc/>
    public string DescribeDeath()
    {
        if (!_process.WaitForExit(DeathLimit))
        {
            Kill();
            _process.WaitForExit();
        }

        // Kills the processes that it has started, which release its output.
        ProcessGroup.End(Id);
        _output.WaitForEnd(DeathLimit);
        _error.WaitForEnd(DeathLimit);
        string tail = _error.LastWords;
        string how = $"The worker process {Id} died: {ExitDescription.Of(_process.ExitCode)}.";
        return tail.Length == 0 ? how : $"{how} Its last error output:{Environment.NewLine}{tail}";
    }

    /// <inheritdoc/>
    public void Kill()
    {
        ProcessGroup.TryKill(_process);
        ProcessGroup.End(Id);
        Channel.Dispose();
    }

    /// <summary>Lets the process end: it does so when its pipe is closed. Waits for it, for a limited time.</summary>
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
}
