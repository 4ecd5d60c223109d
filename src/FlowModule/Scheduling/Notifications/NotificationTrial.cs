using System.Diagnostics;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Notifications;
using FlowModule.Scripts;

namespace FlowModule.Scheduling.Notifications;

/// <summary>Sends a test report once, without retries, so that the caller learns the error at once.</summary>
internal sealed class NotificationTrial
{
    private const string Message = "This is a test of the notification. Nothing has failed.";

    private readonly string? _name;
    private readonly FailureReport _report;

    private NotificationTrial(string? name, string scriptPath, string? logPath)
    {
        DateTimeOffset now = DateTimeOffset.Now;
        _name = name;
        _report = new FailureReport
        {
            ScheduleName = name ?? "test",
            ScriptPath = scriptPath,
            ScheduledTime = now,
            State = StateType.Failed,
            StateName = FlowState.NameOf(StateType.Failed),
            Message = Message,
            ExitCode = ExitCodes.Failure,
            StartTime = now,
            EndTime = now,
            LogPath = logPath,
        };
    }

    /// <summary>A test report as if this flow had failed.</summary>
    internal static NotificationTrial Of(ScheduledFlow flow) => new(flow.Name, flow.Path, flow.LogPath);

    /// <summary>A test report as if a script in this folder had failed.</summary>
    internal static NotificationTrial InFolder(string folder) => new(name: null, Path.Combine(folder, "test.ps1"), logPath: null);

    /// <summary>Sends the report, and waits until it has arrived or failed.</summary>
    internal FlowNotificationTest Send(FlowNotification notification, CancellationToken stop)
    {
        long begin = Stopwatch.GetTimestamp();
        string? problem = FailureNotifier.SendOnce(notification, _report, stop);
        return new FlowNotificationTest(notification, problem is null, problem) { Name = _name, Duration = Stopwatch.GetElapsedTime(begin) };
    }
}
