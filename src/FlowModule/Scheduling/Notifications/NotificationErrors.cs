using System.Management.Automation;

namespace FlowModule.Scheduling.Notifications;

/// <summary>Errors in the parameters of a new notification.</summary>
internal static class NotificationErrors
{
    internal static FlowException CommandNotFound(string command) => new(
        $"There is no program '{command}': it is neither a path nor on PATH. A command of this session cannot be used, because the notification is sent without a session.",
        "FlowNotificationCommandNotFound", ErrorCategory.ObjectNotFound, command);

    internal static FlowException CommandIsScript(string path) => FlowException.InvalidParameter(
        $"'{path}' is a PowerShell script, which cannot be started directly. Use -Command pwsh -ArgumentList '-NoProfile', '-File', '{path}'.",
        "FlowNotificationCommandInvalid", path);

    internal static FlowException Unknown(object value) => FlowException.InvalidParameter(
        $"'{value}' is not a notification. Use the output of New-FlowNotification, an address to post to, or the path of a program.", "FlowNotificationUnknown", value);

    // Without parts that may contain a password.
    internal static FlowException WebhookInvalid(Uri uri, string why) => FlowException.InvalidParameter(
        $"'{(uri is { IsAbsoluteUri: true, UserInfo.Length: > 0 } ? uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : uri)}' is not a valid webhook. {why}",
        "FlowWebhookInvalid", uri);

    internal static FlowException HeaderInvalid(string name, string why) => FlowException.InvalidParameter(
        $"The header '{name}' cannot be sent. {why}", "FlowWebhookHeaderInvalid", name);

    internal static FlowException MailAddress(string address) => FlowException.InvalidParameter(
        $"'{address}' is not a valid mail address.", "FlowMailAddressInvalid", address);

    internal static FlowException MailServer(string server) => FlowException.InvalidParameter(
        $"'{server}' is not a valid server name or address.", "FlowMailServerInvalid", server);

    internal static FlowException MailCredential(string missing, string given) => FlowException.InvalidParameter(
        $"{given} needs {(missing == "-UserName" ? missing : "-PasswordPath or -TokenPath")}, which is missing.", "FlowMailCredentialIncomplete", missing);

    internal static FlowException MailCredentialAmbiguous() => FlowException.InvalidParameter(
        "-PasswordPath and -TokenPath are two ways to log on. Use one of them.", "FlowMailCredentialAmbiguous", "-TokenPath");

    internal static FlowException FileInvalid(string path, string what, string why, Exception? inner = null) => new(
        $"The {what} cannot be read. {why}", "FlowNotificationFileInvalid", ErrorCategory.ReadError, path, inner);

    /// <summary>Checks that an account is complete.</summary>
    /// <exception cref="FlowException">A part is missing, or there are both a password and a token.</exception>
    internal static void Require(SmtpAccount account)
    {
        if (account.PasswordPath is not null && account.TokenPath is not null)
        {
            throw MailCredentialAmbiguous();
        }

        if (account.UserName is null != (account.PasswordPath ?? account.TokenPath) is null)
        {
            throw account.UserName is null
                ? MailCredential("-UserName", account.PasswordPath is null ? "-TokenPath" : "-PasswordPath")
                : MailCredential("-PasswordPath", "-UserName");
        }
    }
}
