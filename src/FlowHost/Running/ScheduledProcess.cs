using System.Runtime.InteropServices;
using FlowModule.History;
using FlowModule.Scheduling.Instances;
using FlowModule.Scripts;

namespace FlowModule.FlowHost.Running;

/// <summary>What <c>flow scheduled</c> does: Invoke-FlowSchedule -Due, without a session, for the script gets a process with its own.</summary>
internal static class ScheduledProcess
{
    /// <summary>Runs what is due, and returns the exit code of the time that it was started for.</summary>
    /// <param name="name">The name that the flow is registered under.</param>
    /// <param name="historyPath">The file of the history, or null for the usual one.</param>
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
                // Whoever starts it keeps what it writes, or mails it: what the script has written is in the log.
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
            // The disk that this goes to is full: it is in the log and the history too, and others are still to be told.
        }
    }
}
