using MailKit;
using MailKit.Net.Smtp;
using MimeKit;

namespace FlowModule.Mail;

/// <summary>An SMTP client that gives a mail to the recipients that the server accepts, and remembers the others.</summary>
internal sealed class ReportingClient : SmtpClient
{
    private readonly List<(string Address, SmtpResponse Response)> _refused = [];

    /// <summary>The recipients that the server did not accept, with what it answered.</summary>
    internal IReadOnlyList<(string Address, SmtpResponse Response)> Refused => _refused;

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
        _refused.Add((mailbox.Address, response));

    protected override void OnNoRecipientsAccepted(MimeMessage message)
    {
        // Whoever sends looks at those that were refused: here, all of them.
    }
}
