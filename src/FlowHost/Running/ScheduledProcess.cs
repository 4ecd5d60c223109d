using System.Runtime.InteropServices;
using FlowModule.History;
using FlowModule.Scheduling.Instances;
using FlowModule.Scripts;

namespace FlowModule.FlowHost.Running;

/// <summary><c>flow scheduled</c>: does the same as Invoke-FlowSchedule -Due, but without a session, because the script gets its own process.</summary>
internal static class ScheduledProcess
{
    /// <summary>Runs the due tick and the missed ones, and returns the exit code of the due tick.</summary>
    /// <param name="name">The name of the registration.</param>
    /// <param name="historyPath">The file of the history, or null for the default history.</param>
    public static int Run(string name, string? historyPath)
    {
        Telemetry.OptOut();
        using StopRequests stop = new(PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP);
        try
        {
            ScheduleInvocation invocation = ScheduleInvocation.Of(name, historyPath ?? Histories.DefaultPath);
            int exitCode = ExitCodes.Success;
            foreach (FlowScheduleRun run in invocation.Run(isDue: true, stop.Token))
            {
                // The scheduler that starts this keeps or mails its output; the script's own output is in the log.
                if (invocation.TakeWarning() is { } warning)
                {
                    Say($"flow: {warning}");
                }

                if (run.State is StateType.Failed or StateType.Crashed)
                {
                    Say($"flow: '{run.Name}' of {run.ScheduledTime.ToLocalTime():yyyy-MM-dd HH:mm:ss} ended {run.StateName}. {run.Message} {run.LogPath}");
                }

                exitCode = run.ExitCode;
            }

            return exitCode;
        }
        catch (FlowException exception)
        {
            Say("flow: " + exception.Message);
            return ExitCodes.BadInput;
        }
    }

    private static void Say(string text)
    {
        try
        {
            Console.Error.WriteLine(text);
        }
        catch (IOException)
        {
            // The disk for this output may be full. The log and the history have it too, and other recipients must still be notified.
        }
    }
}
