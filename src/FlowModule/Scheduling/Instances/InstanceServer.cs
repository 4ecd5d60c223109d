using System.Text;
using FlowModule.Engine.Processes;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.History;
using FlowModule.Processes;
using FlowModule.Scripts;
using FlowModule.Secrets;
using FlowModule.Wire;

namespace FlowModule.Scheduling.Instances;

/// <summary>
/// The main part of a process that runs the script of a tick. The parent process sends the instructions and the
/// request to stop. If the parent dies, the script is stopped too.
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

    /// <summary>Runs the script and returns the exit code of the process.</summary>
    /// <param name="pipeName">The pipe to the parent process.</param>
    /// <param name="open">Opens a session. Its token is cancelled when the script must stop.</param>
    internal static int Run(string pipeName, Func<CancellationToken, IScriptSession> open)
    {
        ProcessGroup.LeadSession();
        StandardStreams.Join();
        if (OperatingSystem.IsWindows())
        {
            // The parent reads the console output as UTF-8.
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        }

        using FrameChannel? channel = ProcessLink.Connect(pipeName);
        if (channel is null || !channel.TryRead(out FrameKind kind, out byte[]? payload) || kind != FrameKind.Instance)
        {
            // The parent has died, so nobody would know of the run.
            return ExitCodes.Cancelled;
        }

        using var server = new InstanceServer(channel);
        return server.Run(InstanceMessages.ReadOrder(payload), open);
    }

    public void Dispose() => _stop.Dispose();

    private int Run(InstanceOrder order, Func<CancellationToken, IScriptSession> open)
    {
        Histories.OwnPath = order.HistoryPath;
        ScheduledInstance.Current = order.Instance;
        RunSecrets.HandOver = _secrets.Tell;
        new Thread(Listen) { IsBackground = true, Name = "FlowModule instance" }.Start();
        InstanceResult result = ScriptExecution.FindFault(order.Path) is { } fault ? InstanceResult.BadInput(fault) : Execute(order, open);
        InstanceMessages.TrySend(_channel, result);
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
            // The session cannot be opened, or the parameters cannot be read.
            Console.Out.WriteLine(exception.Message);
            return exception is FormatException ? InstanceResult.BadInput(exception.Message) : InstanceResult.Failed(exception.Message);
        }
    }

    /// <summary>Waits for the request to stop, and for secrets to mask. The end of the pipe is a request to stop too.</summary>
    private void Listen()
    {
        _secrets.Listen();
        while (_channel.TryRead(out FrameKind kind, out byte[]? payload))
        {
            if (kind == FrameKind.Stop)
            {
                _stop.Request(InstanceMessages.ReadStop(payload).Reason);
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
