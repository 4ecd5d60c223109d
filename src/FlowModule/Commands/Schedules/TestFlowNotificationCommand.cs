using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Instances;
using FlowModule.Scheduling.Notifications;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Commands;

/// <summary>Sends a test report, to see whether a notification arrives.</summary>
[Cmdlet(VerbsDiagnostic.Test, "FlowNotification", SupportsShouldProcess = true, DefaultParameterSetName = NotificationSet)]
[OutputType(typeof(FlowNotificationTest))]
public sealed class TestFlowNotificationCommand : RegistrationCommand, IDisposable
{
    private const string NotificationSet = "Notification";
    private const string NameSet = "Name";

    private readonly CancellationTokenSource _stop = new();

    /// <summary>Notifications from New-FlowNotification.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = NotificationSet)]
    [ValidateNotNullOrEmpty]
    public FlowNotification[] InputObject { get; set; } = [];

    /// <summary>The names of registered flows whose notifications are sent.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(FlowRegistrationCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == NotificationSet)
        {
            Try(InputObject, NotificationTrial.InFolder(SessionState.Path.CurrentFileSystemLocation.ProviderPath));
            return;
        }

        foreach (ScheduledFlow flow in Name.Select(name => OrThrow(() => ScheduleInvocation.Find(name, HistoryFile))))
        {
            if (flow.OnFailure.Count == 0)
            {
                WriteError(ScheduleErrors.TellsNobody(flow.Name).ErrorRecord);
            }

            Try(flow.OnFailure, NotificationTrial.Of(flow));
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private void Try(IReadOnlyList<FlowNotification> notifications, NotificationTrial trial)
    {
        foreach (FlowNotification notification in notifications.Where(notification => ShouldProcess(notification.Description, "Send a test report")))
        {
            WriteObject(trial.Send(notification, _stop.Token));
        }
    }
}
