using System.Diagnostics;
using FlowModule.Engine.Liveness;
using FlowModule.Engine.Processes;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Processes;
using FlowModule.Scheduling.Health;
using FlowModule.Wire;

namespace FlowModule.Scheduling.Instances;

/// <summary>The process of a tick's script, from the view of the process that started it.</summary>
internal sealed class InstanceProcess : IDisposable
{
    // A program that the script leaves behind may keep its output open, and even write. On a busy machine, the script's own output may take long to arrive.
    private static readonly TimeSpan QuietLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OutputLimit = TimeSpan.FromSeconds(30);

    /// <summary>The process ends by itself after its own grace period.</summary>
    private static readonly TimeSpan KillAfter = InstanceStop.Grace + TimeSpan.FromSeconds(3);

    /// <summary>The longest time from the request to stop until the end.</summary>
    internal static readonly TimeSpan StopLimit = KillAfter + OutputLimit;

    private readonly Process _process;
    private readonly Task _exited;
    private readonly ProcessLink _link;
    private readonly InstanceOutput _output;
    private readonly TaskCompletionSource<InstanceResult?> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _stopReason;

    private InstanceProcess(Process process, ProcessLink link, InstanceOutput output)
    {
        _process = process;
        _exited = process.WaitForExitAsync(CancellationToken.None);
        _link = link;
        _output = output;
        Id = new TickProcess(process.Id, ProcessTable.BirthOf(process.Id) ?? 0);
        output.Read(process.StandardOutput.BaseStream);
        output.Read(process.StandardError.BaseStream);
    }

    internal TickProcess Id { get; }

    /// <summary>Starts the process and sends it its instructions.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="order">The instructions.</param>
    /// <param name="output">Receives its output.</param>
    /// <param name="known">Records the process before the script begins, so that others find it if this process dies.</param>
    /// <exception cref="WorkerStartException">It does not start.</exception>
    /// <exception cref="FlowException">This program cannot start such processes.</exception>
    internal static InstanceProcess Start(ScheduledFlow flow, InstanceOrder order, InstanceOutput output, Action<TickProcess> known)
    {
        ProcessLink? link = null;
        InstanceProcess? instance = null;
        try
        {
            link = new ProcessLink();
            ProcessStartInfo start = WorkerCommand.Find().StartInfo(WorkerCommand.Instance, link.Name);
            start.WorkingDirectory = flow.WorkingDirectory;

            // Neither the log nor a notification is a terminal.
            start.Environment["NO_COLOR"] = "1";
            Array.ForEach(ServiceNotifier.Variables, name => start.Environment.Remove(name));
            foreach ((string name, string value) in flow.Environment)
            {
                start.Environment[name] = value;
            }

            instance = new InstanceProcess(ProcessLink.Start(start), link, output);
            link.WaitForConnection(instance._process, instance.DescribeDeath);
            known(instance.Id);
            InstanceMessages.TrySend(link.Channel, order);
            new Thread(instance.Listen) { IsBackground = true, Name = "FlowModule scheduled script" }.Start();
            return instance;
        }
        catch (Exception exception)
        {
            instance?.Kill();
            instance?._process.Dispose();
            link?.Dispose();
            if (exception is WorkerStartException or FlowException or HistoryException)
            {
                throw;
            }

            // There may be no such program, or no room for another process or its pipe: what it is depends on the operating system.
            throw new WorkerStartException($"Its process cannot be started: {exception.Message}", exception);
        }
    }

    /// <summary>Waits until the script has ended.</summary>
    /// <param name="stop">The intent to stop it, with its reason.</param>
    internal async Task<InstanceResult> Wait(StopIntent stop)
    {
        using IDisposable routing = stop.Route(Stop);
        await _exited.ConfigureAwait(false);

        // All its messages are in the pipe by now, and all its output is in the output pipes.
        _output.WaitForEnd(QuietLimit, OutputLimit);
        InstanceResult? result = await _result.Task.ConfigureAwait(false);
        return result ?? InstanceResult.OfExit(Id.ProcessId, _process.ExitCode, _stopReason);
    }

    public void Dispose()
    {
        _link.Dispose();
        if (_stopReason is not null)
        {
            // A stopped script leaves nothing behind; otherwise programs that it has left continue.
            ProcessGroup.End(Id.ProcessId);
        }

        // The streams stay open: their readers close them at the end.
        _process.Dispose();
    }

    private void Stop(string reason)
    {
        if (Interlocked.CompareExchange(ref _stopReason, reason, comparand: null) is not null)
        {
            return;
        }

        InstanceMessages.TrySend(_link.Channel, new InstanceStopOrder(reason));
        _ = KillLater();
    }

    private async Task KillLater()
    {
        using var ended = new CancellationTokenSource();
        Task late = Task.Delay(KillAfter, ended.Token);
        if (await Task.WhenAny(_exited, late).ConfigureAwait(false) == late)
        {
            Kill();
        }

        await ended.CancelAsync().ConfigureAwait(false);
    }

    private void Kill()
    {
        ProcessGroup.TryKill(_process);
        ProcessGroup.End(Id.ProcessId);
    }

    private void Listen()
    {
        InstanceResult? result = null;
        while (_link.Channel.TryRead(out FrameKind kind, out byte[]? payload))
        {
            if (kind == FrameKind.Ended)
            {
                result = InstanceMessages.ReadResult(payload);
                result = result with { Message = _output.Masks.Mask(result.Message) };
            }
            else if (kind == FrameKind.Secret)
            {
                using var data = new BinaryReader(new MemoryStream(payload), FrameBuilder.Text);
                _output.Masks.Add(data.ReadString());
                new FrameBuilder().TrySend(_link.Channel, FrameKind.SecretKnown);
            }
        }

        _result.TrySetResult(result);
    }

    private string DescribeDeath()
    {
        if (!_process.WaitForExit(QuietLimit))
        {
            Kill();
            _process.WaitForExit();
        }

        _output.WaitForEnd(QuietLimit, OutputLimit);
        return $"Its process {Id.ProcessId} died before the script could start: {ExitDescription.Of(_process.ExitCode)}.";
    }
}
