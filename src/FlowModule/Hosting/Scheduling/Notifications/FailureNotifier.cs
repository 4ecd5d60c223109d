using FlowModule.Engine;

namespace FlowModule.Hosting.Scheduling;

/// <summary>Tells those who are to know of it that a scheduled flow has failed.</summary>
internal static class FailureNotifier
{
    /// <summary>
    /// Sends a report in all the ways that are asked for, at once. Waits until each has arrived or was given up, which can take minutes where a
    /// service does not answer.
    /// </summary>
    /// <param name="notifications">How.</param>
    /// <param name="report">What happened.</param>
    /// <param name="stop">Fires when there is no time left: what has not arrived is given up.</param>
    /// <returns>What went wrong, a text for each that did not arrive; none when all has. It does not throw.</returns>
    internal static IReadOnlyList<string> Send(IReadOnlyList<FlowNotification> notifications, FailureReport report, CancellationToken stop) =>
        Task.Run(() => Send(notifications, report, TimeProvider.System, stop), CancellationToken.None).GetAwaiter().GetResult();

    internal static async Task<IReadOnlyList<string>> Send(IReadOnlyList<FlowNotification> notifications, FailureReport report, TimeProvider time, CancellationToken stop)
    {
        if (notifications.Count == 0)
        {
            return [];
        }

        using HttpMessageInvoker http = WebhookSender.Client();
        var sending = new RetriedSending(time, Random.Shared.NextDouble);
        string?[] problems = await Task.WhenAll(notifications.Select(notification => Send(notification))).ConfigureAwait(false);
        return [.. problems.OfType<string>()];

        async Task<string?> Send(FlowNotification notification)
        {
            string? problem;
            try
            {
                problem = await sending.Send(SenderOf(notification, report, http, time), stop).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException)
            {
                // A registration that was changed by hand.
                problem = exception.Message;
            }

            return problem is null ? null : $"The notification '{notification}' did not arrive. {problem}";
        }
    }

    private static INotificationSender SenderOf(FlowNotification notification, FailureReport report, HttpMessageInvoker http, TimeProvider time) => notification switch
    {
        CommandNotification command => new CommandSender(command, report, time),
        WebhookNotification webhook => new WebhookSender(webhook, report, http, time),
        MailNotification mail => new MailSender(mail, report),
        _ => throw new InvalidOperationException($"A notification of an unknown kind: {notification.GetType().Name}."),
    };
}
