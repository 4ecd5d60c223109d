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

/// <summary>Hands mails over by SMTP.</summary>
/// <param name="trust">Decides which servers' certificates are trusted; null for the system's rules.</param>
internal sealed class SmtpDelivery(RemoteCertificateValidationCallback? trust) : IMailDelivery
{
    /// <summary>What the module calls this assembly by.</summary>
    internal static IMailDelivery Create(RemoteCertificateValidationCallback? trust) => new SmtpDelivery(trust);

    /// <inheritdoc/>
    public async Task<SendAttempt> Deliver(MailNotification mail, MailText text, string? secret, CancellationToken stop)
    {
        using var client = new ReportingClient
        {
            ServerCertificateValidationCallback = trust,

            // As .NET's own clients: a closed network does not reach the lists of revoked certificates.
            CheckCertificateRevocation = false,
        };
        try
        {
            using MimeMessage message = Message(mail, text);
            await client.ConnectAsync(mail.Server, mail.Port, Security(mail), stop).ConfigureAwait(false);
            await LogOn(client, mail, secret, stop).ConfigureAwait(false);
            await client.SendAsync(Format(client), message, stop).ConfigureAwait(false);
            await SayGoodbye(client, stop).ConfigureAwait(false);

            // The others have it: a second attempt would send it to them again.
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
            // It has no STARTTLS, or no way to log on that is known here.
            return new SendAttempt(exception.Message);
        }
    }

    private static SecureSocketOptions Security(MailNotification mail) =>
        mail.ImplicitTls ? SecureSocketOptions.SslOnConnect : mail.UseSsl ? SecureSocketOptions.StartTls : SecureSocketOptions.None;

    /// <summary>A server that does not ask who it is takes the mail, or says why not.</summary>
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

        // Keeps out-of-office replies away (RFC 3834).
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private static FormatOptions Format(SmtpClient client)
    {
        FormatOptions format = FormatOptions.Default.Clone();
        format.International = client.Capabilities.HasFlag(SmtpCapabilities.UTF8);
        return format;
    }

    /// <summary>The server has the mail: how the connection ends changes nothing.</summary>
    private static async Task SayGoodbye(SmtpClient client, CancellationToken stop)
    {
        try
        {
            await client.DisconnectAsync(quit: true, stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException or SmtpProtocolException or OperationCanceledException)
        {
            // It hung up before it answered.
        }
    }

    private static bool IsPassing(Exception exception) => exception switch
    {
        SmtpCommandException refused => IsPassing(refused.StatusCode),
        AuthenticationException { InnerException: SmtpCommandException refused } => IsPassing(refused.StatusCode),

        // A certificate that is not trusted is not trusted in a minute either; a connection that broke may hold the next time.
        SslHandshakeException handshake => handshake.InnerException is IOException or SocketException,
        AuthenticationException => false,
        _ => true,
    };

    private static bool IsPassing(SmtpStatusCode status) => (int)status is >= 400 and < 500;

    private static string Describe(IEnumerable<(string Address, SmtpResponse Response)> refused) =>
        string.Join(' ', refused.Select(one => Sentence($"It did not accept the recipient {one.Address}: {(int)one.Response.StatusCode} {one.Response.Response}")));

    private static string Describe(Exception exception) => exception switch
    {
        SmtpCommandException refused => Sentence($"It answered {(int)refused.StatusCode} {refused.Message}"),
        AuthenticationException => Sentence($"It did not let {nameof(FlowModule)} log on: {exception.Message}"),
        SslHandshakeException { InnerException: { } inner } => $"The connection could not be encrypted. {Sentence(inner.Message)}",
        _ => Sentence(exception.Message),
    };

    private static string Sentence(string text) => string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)) is var line && line.EndsWith('.') ? line : line + ".";
}
