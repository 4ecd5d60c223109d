namespace FlowModule.Scheduling.Notifications;

/// <summary>How to log on to a mail server, as given by the user; all null for no log-on.</summary>
/// <param name="UserName">The user name.</param>
/// <param name="PasswordPath">The file with the password.</param>
/// <param name="TokenPath">The file with the access token, instead of a password.</param>
internal sealed record SmtpAccount(string? UserName, string? PasswordPath, string? TokenPath)
{
    /// <exception cref="FlowException">A part is missing, or there are both a password and a token.</exception>
    internal void Require()
    {
        if (PasswordPath is not null && TokenPath is not null)
        {
            throw NotificationErrors.MailCredentialAmbiguous();
        }

        if (UserName is null != (PasswordPath ?? TokenPath) is null)
        {
            throw UserName is null
                ? NotificationErrors.MailCredential("-UserName", PasswordPath is null ? "-TokenPath" : "-PasswordPath")
                : NotificationErrors.MailCredential("-PasswordPath", "-UserName");
        }
    }
}
