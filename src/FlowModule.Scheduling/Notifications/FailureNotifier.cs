using FlowModule.Engine.Schedules.Notifications;

namespace FlowModule.Scheduling.Notifications;

/// <summary>Sends notifications about failed scheduled flows.</summary>
/// <param name="time">The clock.</param>
internal sealed class FailureNotifier(TimeProvider time)
{
    private readonly GatheredReports _reports = new((notification, report, stop) => Send(notification, report, new RetriedSending(time, Random.Shared.NextDouble), time, stop));

    /// <summary>
    /// Sends a report with all given notifications in parallel. Completes when each has arrived or failed, which can take minutes if a service
    /// does not answer.
    /// </summary>
    /// <param name="notifications">The notifications.</param>
    /// <param name="report">The report.</param>
    /// <param name="stop">Fires when no time is left: reports that have not arrived are abandoned.</param>
    /// <returns>A message for each notification that did not arrive. It does not throw.</returns>
    internal async Task<IReadOnlyList<string>> Send(IReadOnlyList<FlowNotification> notifications, FailureReport report, CancellationToken stop)
    {
        (FlowNotification Notification, Task<string?> Problem)[] sent = [.. notifications.Select(notification => (notification, _reports.Send(notification, report, stop)))];
        await Task.WhenAll(sent.Select(one => one.Problem)).ConfigureAwait(false);
        return [.. sent.Where(one => one.Problem.Result is not null).Select(one => $"The notification '{one.Notification}' did not arrive. {one.Problem.Result}")];
    }

    /// <summary>Sends a report with one notification, without retries.</summary>
    /// <returns>Why it did not arrive, or null. It does not throw.</returns>
    internal static string? SendOnce(FlowNotification notification, FailureReport report, CancellationToken stop)
    {
        var sending = new RetriedSending(TimeProvider.System, Random.Shared.NextDouble, retries: 0);
        return Task.Run(() => Send(notification, report, sending, TimeProvider.System, stop), CancellationToken.None).GetAwaiter().GetResult();
    }

    private static async Task<string?> Send(
        FlowNotification notification, FailureReport report, RetriedSending sending, TimeProvider time, CancellationToken stop)
    {
        using HttpMessageInvoker http = WebhookSender.Client();
        try
        {
            return await sending.Send(SenderOf(notification, report, http, time), stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            // The registration was edited by hand.
            return exception.Message;
        }
    }

    private static INotificationSender SenderOf(FlowNotification notification, FailureReport report, HttpMessageInvoker http, TimeProvider time) => notification switch
    {
        CommandNotification command => new CommandSender(command, report, time),
        WebhookNotification webhook => new WebhookSender(webhook, report, http, time),
        MailNotification mail => new MailSender(mail, report, MailDelivery.Usual),
        _ => throw new InvalidOperationException($"A notification of an unknown kind: {notification.GetType().Name}."),
    };
}
