using FlowModule.Engine.Schedules.Notifications;
using FlowModule.Scheduling.Notifications;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Notifications;

/// <summary>Mail to a real server on this computer.</summary>
public sealed class MailTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_happened_is_mailed_as_text()
    {
        using var server = new MailServer();

        Assert.Empty(await Send(Mail(server, to: ["ops@example.org", "Ünal <u@example.org>"])));

        MailItem mail = Assert.Single(server.Items);
        Assert.Equal("flows@example.org", mail.From);
        Assert.Equal(["ops@example.org", "u@example.org"], mail.To);
        Assert.Equal("'nightly' failed on db1", mail.Header("Subject"));
        Assert.Equal("auto-generated", mail.Header("Auto-Submitted"));
        Assert.EndsWith("@example.org>", mail.Header("Message-ID"), StringComparison.Ordinal);
        Assert.Contains("loaded 12 Größen", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Message:    1/2 states failed.", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_asks_for_a_password_gets_it_from_the_file()
    {
        using var server = new MailServer { Account = ("flows", "pässword 1") };

        Assert.Empty(await Send(Mail(server, user: "flows", password: _folder.Write("password", "pässword 1\n"))));

        Assert.Equal("flows", Assert.Single(server.Items).User);
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_not_shown()
    {
        using var server = new MailServer { Account = ("flows", "right") };

        string problem = Assert.Single(await Send(Mail(server, user: "flows", password: _folder.Write("password", "wrong-one"))));

        Assert.Empty(server.Items);
        Assert.Equal(1, server.Connections);
        Assert.Contains("5.7", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_is_gone_is_told()
    {
        using var server = new MailServer();

        string problem = Assert.Single(await Send(Mail(server, user: "flows", password: Path.Combine(_folder.FullPath, "none"))));

        Assert.Contains("cannot be read", problem, StringComparison.Ordinal);
        Assert.Equal(0, server.Connections);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_connection_is_encrypted_when_that_is_asked_for(bool isImplicit)
    {
        using var server = new MailServer { Certificate = MailServer.SelfSigned(), IsImplicit = isImplicit, Account = ("flows", "secret") };

        Assert.Null(await SendTrusting(server, Mail(server, useSsl: !isImplicit, user: "flows", password: _folder.Write("password", "secret"), implicitTls: isImplicit)));

        MailItem mail = Assert.Single(server.Items);
        Assert.True(mail.IsEncrypted);
        Assert.Equal("flows", mail.User);
    }

    [Fact]
    public async Task A_server_that_speaks_no_TLS_gets_nothing_where_it_must_begin_with_it()
    {
        using var server = new MailServer { Account = ("flows", "secret") };

        string problem = Assert.Single(await Send(Mail(server, user: "flows", password: _folder.Write("password", "secret"), implicitTls: true)));

        Assert.Empty(server.Items);
        Assert.Contains("could not be encrypted", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("XOAUTH2")]
    [InlineData("OAUTHBEARER")]
    public async Task An_access_token_logs_on_in_place_of_a_password(string mechanism)
    {
        using var server = new MailServer { Account = ("flows@example.org", "ya29.token"), TokenMechanism = mechanism };

        Assert.Empty(await Send(Mail(server, user: "flows@example.org", token: _folder.Write("token", "ya29.token\n"))));

        Assert.Equal("flows@example.org", Assert.Single(server.Items).User);
    }

    [Fact]
    public async Task An_access_token_that_has_expired_is_told_and_not_shown()
    {
        using var server = new MailServer { Account = ("flows", "new"), TokenMechanism = "XOAUTH2" };

        string problem = Assert.Single(await Send(Mail(server, user: "flows", token: _folder.Write("token", "old-token"))));

        Assert.Empty(server.Items);
        Assert.Equal(1, server.Connections);
        Assert.Contains("535", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("old-token", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_gets_no_password()
    {
        using var server = new MailServer { Certificate = MailServer.SelfSigned(), Account = ("flows", "secret") };

        string problem = Assert.Single(await Send(Mail(server, useSsl: true, user: "flows", password: _folder.Write("password", "secret"))));

        Assert.Empty(server.Items);
        Assert.Equal(1, server.Connections);
        Assert.Contains("certificate", problem, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_server_that_cannot_encrypt_gets_nothing()
    {
        using var server = new MailServer { Account = ("flows", "secret") };

        string problem = Assert.Single(await Send(Mail(server, useSsl: true, user: "flows", password: _folder.Write("password", "secret"))));

        Assert.Empty(server.Items);
        Assert.Contains("STARTTLS", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_busy_is_tried_again()
    {
        using var server = new MailServer { Greetings = ["421 4.3.2 later", "421 4.3.2 later"] };

        Assert.Empty(await Send(Mail(server)));

        Assert.Single(server.Items);
        Assert.Equal(3, server.Connections);
    }

    [Fact]
    public async Task A_recipient_who_is_put_off_is_tried_again()
    {
        int asked = 0;
        using var server = new MailServer { Recipient = _ => asked++ < 2 ? "451 4.7.1 greylisted" : "250 2.1.5 yes" };

        Assert.Empty(await Send(Mail(server)));

        Assert.Single(server.Items);
    }

    [Fact]
    public async Task One_who_is_unknown_is_told_and_the_others_get_one_mail()
    {
        using var server = new MailServer { Recipient = address => address.StartsWith("gone", StringComparison.Ordinal) ? "550 5.1.1 unknown" : "250 2.1.5 yes" };

        string problem = Assert.Single(await Send(Mail(server, to: ["ops@example.org", "gone@example.org"])));

        Assert.Equal(["ops@example.org"], Assert.Single(server.Items).To);
        Assert.Contains("gone@example.org", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up()
    {
        using var server = new MailServer { IsSilent = true };
        var time = new ChosenTime(due => due == TimeSpan.FromSeconds(60) ? server.WaitForClient() : Task.CompletedTask);

        string problem = Assert.Single(await new FailureNotifier(time).Send([Mail(server)], Reports.Nightly, CancellationToken.None));

        Assert.Equal(6, server.Connections);
        Assert.EndsWith("It took more than 60 seconds. It was tried 6 times.", problem, StringComparison.Ordinal);
    }

    private static MailNotification Mail(
        MailServer server, string[]? to = null, bool useSsl = false, string? user = null, string? password = null, bool implicitTls = false, string? token = null) =>
        new("localhost", server.Port, useSsl, "flows@example.org", to ?? ["ops@example.org"], user, password, implicitTls, token);

    private static Task<IReadOnlyList<string>> Send(FlowNotification notification) =>
        new FailureNotifier(ChosenTime.WithoutLimits).Send([notification], Reports.Nightly, CancellationToken.None);

    private static Task<string?> SendTrusting(MailServer server, MailNotification mail)
    {
        string thumbprint = server.Certificate!.Thumbprint;
        IMailDelivery delivery = MailDelivery.Load((_, certificate, _, _) => certificate?.GetCertHashString() == thumbprint);
        return new RetriedSending(ChosenTime.WithoutLimits, () => 0).Send(new MailSender(mail, Reports.Nightly, delivery), CancellationToken.None);
    }
}
