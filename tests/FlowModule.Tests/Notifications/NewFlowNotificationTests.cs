using System.Management.Automation;
using FlowModule.Engine.Schedules.Notifications;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Notifications;

public sealed class NewFlowNotificationTests : FlowTest
{
    [UnixOnlyFact]
    public void A_program_is_found_once_and_for_all()
    {
        var command = Assert.IsType<CommandNotification>(Value("New-FlowNotification sh '-c', 'logger -t flows \"$FLOW_SCHEDULE\"'"));

        Assert.True(Path.IsPathFullyQualified(command.Command));
        Assert.Equal("sh", Path.GetFileName(command.Command));
        Assert.Equal(["-c", "logger -t flows \"$FLOW_SCHEDULE\""], command.Arguments);
        Assert.Equal($"{command.Command} -c logger -t flows \"$FLOW_SCHEDULE\"", command.ToString());
    }

    [UnixOnlyFact]
    public void A_program_may_be_a_path_with_odd_characters()
    {
        string path = Folder.Write("odd [1] name.sh", "#!/bin/sh\n");
        SetMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Session.Set("path", path);

        Assert.Equal(path, Assert.IsType<CommandNotification>(Value("New-FlowNotification -Command $path")).Command);
    }

    [Fact]
    public void A_program_that_is_not_there_is_refused() =>
        AssertError("New-FlowNotification no-such-program-here", "FlowNotificationCommandNotFound", ErrorCategory.ObjectNotFound, "no-such-program-here");

    [Fact]
    public void A_command_of_the_session_is_refused() =>
        AssertError("function tell { }; New-FlowNotification tell", "FlowNotificationCommandNotFound", ErrorCategory.ObjectNotFound, "tell");

    [Fact]
    public void A_script_is_refused_with_what_to_write_instead()
    {
        string path = Folder.Write("tell.ps1", "'told'");
        Session.Set("path", path);

        ErrorRecord error = AssertError("New-FlowNotification $path", "FlowNotificationCommandInvalid", ErrorCategory.InvalidArgument, path);

        Assert.Contains($"-Command pwsh -ArgumentList '-NoProfile', '-File', '{path}'", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_webhook_does_not_show_its_address()
    {
        Session.Set("token", Secret("token"));
        var webhook = Assert.IsType<WebhookNotification>(
            Value("New-FlowNotification -Webhook https://chat.example/services/T0/secret -Header @{ 'X-Team' = 'ops' } -HeaderPath @{ Authorization = $token }"));

        Assert.Equal("https://chat.example/services/T0/secret", webhook.Uri.ToString());
        Assert.Equal("POST https://chat.example/...", webhook.Description);
        Assert.Equal("ops", webhook.Headers["X-Team"]);
        Assert.Equal(Path.Combine(Folder.FullPath, "token"), webhook.HeaderPaths["Authorization"]);
    }

    [Theory]
    [InlineData("hook")]
    [InlineData("ftp://example.org/x")]
    [InlineData("file:///etc/passwd")]
    public void What_cannot_be_posted_to_is_refused(string address)
    {
        ErrorRecord error = Run($"New-FlowNotification -Webhook '{address}'").OnlyError;

        Assert.Equal("FlowWebhookInvalid,FlowModule.Commands.NewFlowNotificationCommand", error.FullyQualifiedErrorId);
        Assert.Contains($"'{address}'", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_an_address_is_refused_and_not_shown()
    {
        ErrorRecord error = Run("New-FlowNotification -Webhook https://me:hidden@example.org/x").OnlyError;

        Assert.StartsWith("FlowWebhookInvalid,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", error.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@{ 'a b' = 'x' }", "a b")]
    [InlineData("@{ 'Content-Type' = 'text/plain' }", "Content-Type")]
    [InlineData("@{ X = \"a`nb\" }", "X")]
    [InlineData("@{ X = $null }", "X")]
    [InlineData("@{ X = 'ü' }", "X")]
    public void What_is_no_header_is_refused(string headers, string name) => AssertError(
        $"New-FlowNotification -Webhook https://example.org -Header {headers}", "FlowWebhookHeaderInvalid", ErrorCategory.InvalidArgument, name);

    [Fact]
    public void A_header_is_not_given_twice()
    {
        Session.Set("token", Secret("token"));
        AssertError("New-FlowNotification -Webhook https://example.org -Header @{ X = '1' } -HeaderPath @{ x = $token }", "FlowWebhookHeaderInvalid", ErrorCategory.InvalidArgument, "x");
    }

    [Theory]
    [InlineData("http://example.org", 1)]
    [InlineData("http://127.0.0.1", 0)]
    [InlineData("https://example.org", 0)]
    public void A_token_that_all_could_read_on_the_way_is_warned_of(string address, int warnings) =>
        Assert.Equal(warnings, Run($"New-FlowNotification -Webhook {address} -Header @{{ X = '1' }}").Clean().Warnings.Length);

    [Theory]
    [InlineData("", 25, "")]
    [InlineData("-UseSsl", 587, "STARTTLS")]
    [InlineData("-UseSsl -UserName u -PasswordPath $password", 587, "STARTTLS")]
    [InlineData("-UseSsl -UserName u -TokenPath $password", 587, "STARTTLS")]
    [InlineData("-UseSsl -Port 2525", 2525, "STARTTLS")]
    [InlineData("-ImplicitTls", 465, "implicit")]
    [InlineData("-ImplicitTls -UseSsl -Port 2465", 2465, "implicit")]
    [InlineData("-UseSsl -Port 465", 465, "implicit")]
    [InlineData("-Port 465", 465, "implicit")]
    public void Mail_goes_to_the_usual_port(string options, int port, string encryption)
    {
        Session.Set("password", Secret("password"));
        var mail = Assert.IsType<MailNotification>(Value($"New-FlowNotification -MailTo ops@example.org, 'Ann <ann@example.org>' -MailFrom f@example.org -SmtpServer mail.example.org {options}"));

        Assert.Equal(port, mail.Port);
        Assert.Equal(encryption, mail.ImplicitTls ? "implicit" : mail.UseSsl ? "STARTTLS" : string.Empty);
        Assert.Equal("Mail to ops@example.org, \"Ann\" <ann@example.org>", mail.Description);
    }

    [Theory]
    [InlineData("-MailTo ops -MailFrom f@example.org -SmtpServer mail", "FlowMailAddressInvalid", "ops")]
    [InlineData("-MailTo o@example.org -MailFrom '' -SmtpServer mail", "ParameterArgumentValidationError", null)]
    [InlineData("-MailTo o@example.org -MailFrom f -SmtpServer mail", "FlowMailAddressInvalid", "f")]
    [InlineData("-MailTo o@example.org -MailFrom f@example.org -SmtpServer 'not a server'", "FlowMailServerInvalid", "not a server")]
    [InlineData("-MailTo o@example.org -MailFrom f@example.org -SmtpServer mail -UserName u", "FlowMailCredentialIncomplete", "-PasswordPath")]
    [InlineData("-MailTo o@example.org -MailFrom f@example.org -SmtpServer mail -PasswordPath p", "FlowMailCredentialIncomplete", "-UserName")]
    [InlineData("-MailTo o@example.org -MailFrom f@example.org -SmtpServer mail -TokenPath t", "FlowMailCredentialIncomplete", "-UserName")]
    [InlineData("-MailTo o@example.org -MailFrom f@example.org -SmtpServer mail -UserName u -PasswordPath p -TokenPath t", "FlowMailCredentialAmbiguous", "-TokenPath")]
    [InlineData("-MailTo o@example.org -MailFrom f@example.org -SmtpServer mail -UserName u -PasswordPath none", "FlowNotificationFileInvalid", "none")]
    [InlineData("-MailTo o@example.org -MailFrom f@example.org -SmtpServer mail -UserName u -PasswordPath env:PATH", "FlowNotificationFileInvalid", "env:PATH")]
    public void Mail_that_cannot_be_sent_is_refused(string options, string id, object? target)
    {
        ErrorRecord error = Run($"New-FlowNotification {options}").OnlyError;

        Assert.Equal($"{id},FlowModule.Commands.NewFlowNotificationCommand", error.FullyQualifiedErrorId);
        Assert.Equal(target, error.TargetObject);
    }

    [UnixOnlyFact]
    public void A_password_that_others_can_read_is_warned_of()
    {
        string path = Secret("password");
        Session.Set("password", path);
        const string Script = "New-FlowNotification -MailTo o@example.org -MailFrom f@example.org -SmtpServer mail -UseSsl -UserName u -PasswordPath $password";
        Assert.Empty(Run(Script).Clean().Warnings);

        SetMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        Assert.Equal($"The file '{path}' contains the password, and other users can read it. 'chmod 600' makes it private to its owner.", Assert.Single(Run(Script).Clean().Warnings));
    }

    [Theory]
    [InlineData("mail", 1)]
    [InlineData("localhost", 0)]
    [InlineData("::1", 0)]
    public void A_password_that_all_could_read_on_the_way_is_warned_of(string server, int warnings)
    {
        Session.Set("password", Secret("password"));

        Assert.Equal(warnings, Run($"New-FlowNotification -MailTo o@example.org -MailFrom f@example.org -SmtpServer {server} -UserName u -PasswordPath $password").Clean().Warnings.Length);
    }

    private string Secret(string name)
    {
        string path = Folder.Write(name, "secret\n");
        SetMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private ErrorRecord AssertError(string script, string id, ErrorCategory category, object target)
    {
        ErrorRecord error = Run(script).OnlyError;
        Assert.Equal($"{id},FlowModule.Commands.NewFlowNotificationCommand", error.FullyQualifiedErrorId);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.Equal(target, error.TargetObject);
        return error;
    }
}
