using System.Text;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.History;
using FlowModule.Processes;
using FlowModule.Scripts;
using FlowModule.Secrets;
using FlowModule.Wire;

namespace FlowModule.Scheduling.Instances;

/// <summary>
/// What a process does that was started to run a script for a time of a scheduled flow. The process that has started it says what to run, and
/// when to stop; should that die, the script is stopped too.
/// </summary>
internal sealed class InstanceServer : IDisposable
{
    private readonly FrameChannel _channel;
    private readonly InstanceStop _stop = new();
    private readonly SecretHandover _secrets;

    private InstanceServer(FrameChannel channel)
    {
        _channel = channel;
        _secrets = new SecretHandover(channel, isKept: true);
    }

    /// <summary>Runs the script and gives the exit code of the process.</summary>
    /// <param name="pipeName">The pipe to the process that has started this one.</param>
    /// <param name="open">Opens a session. Its token fires when the script is stopped.</param>
    internal static int Run(string pipeName, Func<CancellationToken, IScriptSession> open)
    {
        ProcessGroup.LeadSession();
        StandardStreams.Join();
        if (OperatingSystem.IsWindows())
        {
            // What is written to the console is read as UTF-8 by the other side.
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        }

        using FrameChannel? channel = ProcessLink.Connect(pipeName);
        if (channel is null || !channel.TryRead(out FrameKind kind, out byte[]? payload) || kind != FrameKind.Instance)
        {
            // Whoever has started it has died meanwhile: nobody would know of the run.
            return ExitCodes.Cancelled;
        }

        using var server = new InstanceServer(channel);
        using var data = new BinaryReader(new MemoryStream(payload), FrameBuilder.Text);
        return server.Run(InstanceOrder.Read(data), open);
    }

    public void Dispose() => _stop.Dispose();

    private int Run(InstanceOrder order, Func<CancellationToken, IScriptSession> open)
    {
        Histories.OwnPath = order.HistoryPath;
        ScheduledInstance.Current = order.Instance;
        RunSecrets.HandOver = _secrets.Tell;
        new Thread(Listen) { IsBackground = true, Name = "FlowModule instance" }.Start();
        InstanceResult result = ScriptExecution.FindFault(order.Path) is { } fault ? InstanceResult.BadInput(fault) : Execute(order, open);
        var frame = new FrameBuilder();
        result.Write(frame.Data);
        frame.TrySend(_channel, FrameKind.Ended);
        return result.ExitCode;
    }

    private InstanceResult Execute(InstanceOrder order, Func<CancellationToken, IScriptSession> open)
    {
        try
        {
            using IScriptSession session = open(_stop.Token);
            using var outcomes = new FlowOutcomes();
            ScriptEnd end = new ScriptExecution(session.Runspace, order.Path, order.Path).Run(
                InstanceParameters.Read(order.Parameters), _stop.Route, () => session.HostCode);
            if (end.Fault is { } thrown && _stop.Reason is null)
            {
                ScriptExecution.Report(session.Runspace, thrown, Console.Out.WriteLine);
            }

            if (outcomes.StopLeftRuns(InstanceStop.Grace))
            {
                Console.Out.WriteLine("Flow runs were still active when the script ended, and were stopped.");
            }

            return _stop.Reason is { } reason ? InstanceResult.Cancelled(reason) : InstanceResult.Of(end, outcomes);
        }
        catch (Exception exception)
        {
            // The session does not open, or the parameters cannot be read.
            Console.Out.WriteLine(exception.Message);
            return exception is FormatException ? InstanceResult.BadInput(exception.Message) : InstanceResult.Failed(exception.Message);
        }
    }

    /// <summary>Waits for the word to stop, and hears what is masked. The end of the pipe is a word to stop too.</summary>
    private void Listen()
    {
        _secrets.Listen();
        while (_channel.TryRead(out FrameKind kind, out byte[]? payload))
        {
            if (kind == FrameKind.Stop)
            {
                using var data = new BinaryReader(new MemoryStream(payload), FrameBuilder.Text);
                _stop.Request(data.ReadString());
            }
            else if (kind == FrameKind.SecretKnown)
            {
                _secrets.Known();
            }
        }

        _secrets.End();
        _stop.Request("The process that started it has ended.");
    }
}
