using MailKit;
using MailKit.Net.Smtp;
using MimeKit;

namespace FlowModule.Mail;

/// <summary>An SMTP client that sends a mail to the accepted recipients, and remembers the refused ones.</summary>
internal sealed class ReportingClient : SmtpClient
{
    private readonly List<(string Address, SmtpResponse Response)> _refused = [];

    /// <summary>The recipients that the server refused, with its responses.</summary>
    internal IReadOnlyList<(string Address, SmtpResponse Response)> Refused => _refused;

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
        _refused.Add((mailbox.Address, response));

    protected override void OnNoRecipientsAccepted(MimeMessage message)
    {
        // The caller reports the refused recipients: here, all of them.
    }
}
