namespace FlowModule.Scheduling.Notifications;

/// <summary>How to log on to a mail server, as a person says it; all null for not at all.</summary>
/// <param name="UserName">The name.</param>
/// <param name="PasswordPath">The file that holds its password.</param>
/// <param name="TokenPath">The file that holds its access token, in place of a password.</param>
internal sealed record SmtpAccount(string? UserName, string? PasswordPath, string? TokenPath)
{
    /// <exception cref="FlowException">A part is missing, or there is one too many.</exception>
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
