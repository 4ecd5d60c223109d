using System.Net.Mail;
using FlowModule.Engine.Schedules.Notifications;

namespace FlowModule.Scheduling.Notifications;

/// <summary>Sends a report as a mail.</summary>
internal sealed class MailSender(MailNotification mail, FailureReport report, IMailDelivery delivery) : INotificationSender
{
    private readonly MailText _text = new(
        $"{Guid.NewGuid():N}@{new MailAddress(mail.From).Host}", FailureReportText.Subject(report), FailureReportText.Write(report));

    public TimeSpan Limit => TimeSpan.FromSeconds(60);

    public async Task<SendAttempt> Try(CancellationToken stop)
    {
        try
        {
            string? secret = (mail.PasswordPath ?? mail.TokenPath) is { } path ? SecretFile.Read(path) : null;
            return await delivery.Deliver(mail, _text, secret, stop).ConfigureAwait(false);
        }
        catch (SecretFileException exception)
        {
            return new SendAttempt(exception.Message);
        }
    }
}
