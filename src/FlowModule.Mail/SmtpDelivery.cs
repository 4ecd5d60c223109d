using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using FlowModule.Engine.Schedules.Notifications;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MimeKit.Text;

namespace FlowModule.Mail;

/// <summary>Delivers mails by SMTP.</summary>
/// <param name="trust">Decides which server certificates are trusted; null for the system's rules.</param>
internal sealed class SmtpDelivery(RemoteCertificateValidationCallback? trust) : IMailDelivery
{
    /// <summary>The entry point for the module.</summary>
    internal static IMailDelivery Create(RemoteCertificateValidationCallback? trust) => new SmtpDelivery(trust);

    /// <inheritdoc/>
    public async Task<SendAttempt> Deliver(MailNotification mail, MailText text, string? secret, CancellationToken stop)
    {
        using var client = new ReportingClient
        {
            ServerCertificateValidationCallback = trust,

            // The same as .NET's own clients: a closed network cannot reach the revocation lists.
            CheckCertificateRevocation = false,
        };
        try
        {
            using MimeMessage message = Message(mail, text);
            await client.ConnectAsync(mail.Server, mail.Port, Security(mail), stop).ConfigureAwait(false);
            await LogOn(client, mail, secret, stop).ConfigureAwait(false);
            await client.SendAsync(Format(client), message, stop).ConfigureAwait(false);
            await SayGoodbye(client, stop).ConfigureAwait(false);

            // The other recipients have it: a retry would send it to them again.
            return client.Refused.Count == 0 ? SendAttempt.Arrived : new SendAttempt(Describe(client.Refused));
        }
        catch (SmtpCommandException) when (client.Refused.Count > 0)
        {
            return new SendAttempt(Describe(client.Refused), client.Refused.All(one => IsPassing(one.Response.StatusCode)));
        }
        catch (Exception exception) when (exception is SmtpCommandException or SmtpProtocolException or AuthenticationException or SslHandshakeException or IOException or SocketException)
        {
            return new SendAttempt(Describe(exception), IsPassing(exception));
        }
        catch (NotSupportedException exception)
        {
            // The server offers no STARTTLS, or no known way to log on.
            return new SendAttempt(exception.Message);
        }
    }

    private static SecureSocketOptions Security(MailNotification mail) =>
        mail.ImplicitTls ? SecureSocketOptions.SslOnConnect : mail.UseSsl ? SecureSocketOptions.StartTls : SecureSocketOptions.None;

    /// <summary>Logs on. A server that does not offer it accepts the mail, or refuses it with a reason.</summary>
    private static async Task LogOn(SmtpClient client, MailNotification mail, string? secret, CancellationToken stop)
    {
        if (mail.UserName is not { } user || secret is null || !client.Capabilities.HasFlag(SmtpCapabilities.Authentication))
        {
            return;
        }

        if (mail.TokenPath is null)
        {
            await client.AuthenticateAsync(Encoding.UTF8, new NetworkCredential(user, secret), stop).ConfigureAwait(false);
            return;
        }

        SaslMechanism token = client.AuthenticationMechanisms.Contains("OAUTHBEARER") ? new SaslMechanismOAuthBearer(user, secret) : new SaslMechanismOAuth2(user, secret);
        await client.AuthenticateAsync(token, stop).ConfigureAwait(false);
    }

    private static MimeMessage Message(MailNotification mail, MailText text)
    {
        var body = new TextPart(TextFormat.Plain) { ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        body.SetText(Encoding.UTF8, text.Body);
        var message = new MimeMessage { MessageId = text.Id, Subject = text.Subject, Body = body };
        message.From.Add(MailboxAddress.Parse(mail.From));
        message.To.AddRange(mail.To.Select(MailboxAddress.Parse));

        // Suppresses out-of-office replies (RFC 3834).
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private static FormatOptions Format(SmtpClient client)
    {
        FormatOptions format = FormatOptions.Default.Clone();
        format.International = client.Capabilities.HasFlag(SmtpCapabilities.UTF8);
        return format;
    }

    /// <summary>Ends the connection. Errors do not matter, because the server has the mail.</summary>
    private static async Task SayGoodbye(SmtpClient client, CancellationToken stop)
    {
        try
        {
            await client.DisconnectAsync(quit: true, stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException or SmtpProtocolException or OperationCanceledException)
        {
            // The server closed the connection first.
        }
    }

    private static bool IsPassing(Exception exception) => exception switch
    {
        SmtpCommandException refused => IsPassing(refused.StatusCode),
        AuthenticationException { InnerException: SmtpCommandException refused } => IsPassing(refused.StatusCode),

        // An untrusted certificate will not become trusted within a minute, but a broken connection may work next time.
        SslHandshakeException handshake => handshake.InnerException is IOException or SocketException,
        AuthenticationException => false,
        _ => true,
    };

    private static bool IsPassing(SmtpStatusCode status) => (int)status is >= 400 and < 500;

    private static string Describe(IEnumerable<(string Address, SmtpResponse Response)> refused) =>
        string.Join(' ', refused.Select(one => Sentence($"It refused the recipient {one.Address}: {(int)one.Response.StatusCode} {one.Response.Response}")));

    private static string Describe(Exception exception) => exception switch
    {
        SmtpCommandException refused => Sentence($"It answered {(int)refused.StatusCode} {refused.Message}"),
        AuthenticationException => Sentence($"The log-on failed: {exception.Message}"),
        SslHandshakeException { InnerException: { } inner } => $"The connection could not be encrypted. {Sentence(inner.Message)}",
        _ => Sentence(exception.Message),
    };

    private static string Sentence(string text) => string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)) is var line && line.EndsWith('.') ? line : line + ".";
}
