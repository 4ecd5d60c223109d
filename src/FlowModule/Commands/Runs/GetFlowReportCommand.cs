using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Schedules.Notifications;
using FlowModule.History;
using FlowModule.Lookup.Report;
using FlowModule.Scheduling.Notifications;
using FlowModule.Scheduling.Registrations;
using FlowModule.Scripts;

namespace FlowModule.Commands;

/// <summary>Reports what ran, what failed and why, what is late, what waits for a person, and what comes next.</summary>
[Cmdlet(VerbsCommon.Get, "FlowReport")]
[OutputType(typeof(FlowReport), typeof(string))]
public sealed class GetFlowReportCommand : HistoryCommand, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private static readonly TimeSpan Usual = TimeSpan.FromHours(12);

    /// <summary>The beginning of the period: a time, or how long ago.</summary>
    [Parameter(Position = 0)]
    [TimeAgo]
    public DateTimeOffset Since { get; set; } = DateTimeOffset.Now - Usual;

    /// <summary>Return the report as a page of HTML, and not as an object.</summary>
    [Parameter]
    public SwitchParameter AsHtml { get; set; }

    /// <summary>Notifications by which the report is also sent: what New-FlowNotification returns, an address to post to, or a program.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object[] Notify { get; set; } = [];

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        FlowNotification[] notifications = OrThrow(() => Array.ConvertAll(Notify, new NotificationFactory(this).Of));
        string file = ChosenPath ?? Histories.DefaultPath;
        RunHistory? history = HistoryPath is null && (Histories.IsOff || !File.Exists(file)) ? null : History;
        FlowReport report = Ask(() => new ReportReader(history, FlowRegistrations.Of(file), new ScheduleRuns(file)).Read(Since, DateTimeOffset.Now));
        WriteObject(AsHtml ? report.ToHtml() : report);
        Array.ForEach(notifications, notification => Send(notification, report));
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private void Send(FlowNotification notification, FlowReport report)
    {
        StateType state = report.IsGood ? StateType.Completed : StateType.Failed;
        var message = new FailureReport
        {
            ScheduleName = "Get-FlowReport",
            ScriptPath = string.Empty,
            ScheduledTime = report.Until,
            State = state,
            StateName = FlowState.NameOf(state),
            Message = report.Summary,
            ExitCode = report.IsGood ? ExitCodes.Success : ExitCodes.Failure,
            StartTime = report.Since,
            EndTime = report.Until,
            Words = (report.Summary, report.ToString()),
        };
        if (FailureNotifier.SendOnce(notification, message, _stop.Token) is { } problem)
        {
            WriteError(new ErrorRecord(
                new InvalidOperationException($"The report was not sent by {notification.Description}: {problem}"), "FlowReportNotSent", ErrorCategory.ConnectionError, notification));
        }
    }
}
