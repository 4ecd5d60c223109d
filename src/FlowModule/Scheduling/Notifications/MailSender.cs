using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using FlowModule.Engine.Schedules.Notifications;

namespace FlowModule.Scheduling.Notifications;

/// <summary>Sends a report as a mail.</summary>
internal sealed class MailSender(MailNotification mail, FailureReport report) : INotificationSender
{
    // The same in each attempt: a mail that arrives twice is one to whoever reads it.
    private readonly string _id = $"<{Guid.NewGuid():N}@{new MailAddress(mail.From).Host}>";

    public TimeSpan Limit => TimeSpan.FromSeconds(60);

    public async Task<SendAttempt> Try(CancellationToken stop)
    {
        try
        {
            using MailMessage message = Message();
            using SmtpClient client = Client();

            // A connection that is being made hears of no token.
            await client.SendMailAsync(message, stop).WaitAsync(stop).ConfigureAwait(false);
            return SendAttempt.Arrived;
        }
        catch (SmtpException exception)
        {
            return new SendAttempt(Describe(exception), IsPassing(exception));
        }
        catch (SecretFileException exception)
        {
            return new SendAttempt(exception.Message);
        }
    }

    private SmtpClient Client()
    {
        var client = new SmtpClient(mail.Server, mail.Port) { EnableSsl = mail.UseSsl, DeliveryFormat = SmtpDeliveryFormat.International };
        if (mail.UserName is { } user && mail.PasswordPath is { } path)
        {
            client.Credentials = new NetworkCredential(user, SecretFile.Read(path));
        }

        return client;
    }

    private MailMessage Message()
    {
        var message = new MailMessage
        {
            From = new MailAddress(mail.From),
            Subject = FailureReportText.Subject(report),
            SubjectEncoding = Encoding.UTF8,
            Body = FailureReportText.Write(report),
            BodyEncoding = Encoding.UTF8,
            BodyTransferEncoding = TransferEncoding.QuotedPrintable,
        };
        foreach (string address in mail.To)
        {
            message.To.Add(new MailAddress(address));
        }

        message.Headers["Message-ID"] = _id;

        // Keeps out-of-office replies away (RFC 3834).
        message.Headers["Auto-Submitted"] = "auto-generated";
        return message;
    }

    private bool IsPassing(SmtpException exception) => exception switch
    {
        // The others have it: a second attempt would send it to them again.
        SmtpFailedRecipientsException several => several.InnerExceptions.Length == mail.To.Length && several.InnerExceptions.All(IsPassing),
        SmtpFailedRecipientException one => mail.To.Length == 1 && IsPassing(one.StatusCode),
        { InnerException: AuthenticationException } => false,
        { InnerException: IOException or SocketException or WebException } => true,
        _ => IsPassing(exception.StatusCode),
    };

    private static bool IsPassing(SmtpStatusCode status) => (int)status is >= 400 and < 500;

    private static string Describe(SmtpException exception)
    {
        var text = new StringBuilder(exception.Message);
        if (exception is SmtpFailedRecipientsException { InnerExceptions: { Length: > 0 } failed })
        {
            text.Append(' ').AppendJoin(' ', failed.Select(one => $"{one.FailedRecipient}: {one.Message}"));
        }
        else if (exception is SmtpFailedRecipientException { FailedRecipient: { } recipient })
        {
            text.Append(' ').Append(recipient).Append('.');
        }

        for (Exception? inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is not SmtpException)
            {
                text.Append(' ').Append(inner.Message);
            }
        }

        return text.ToString();
    }
}
