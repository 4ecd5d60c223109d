namespace FlowModule.Scheduling.Notifications;

/// <summary>How to log on to a mail server, as given by the user; all null for no log-on.</summary>
/// <param name="UserName">The user name.</param>
/// <param name="PasswordPath">The file with the password.</param>
/// <param name="TokenPath">The file with the access token, instead of a password.</param>
internal sealed record SmtpAccount(string? UserName, string? PasswordPath, string? TokenPath);
