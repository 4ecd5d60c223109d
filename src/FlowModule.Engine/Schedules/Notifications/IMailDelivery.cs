namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>Hands a mail over to the server that a notification names.</summary>
internal interface IMailDelivery
{
    /// <summary>Tries to hand the mail over once. Whatever goes wrong is in the result, but for a token that fired.</summary>
    /// <param name="mail">The server, how to log on to it, and the addresses.</param>
    /// <param name="text">What the mail says.</param>
    /// <param name="secret">The password or the access token of <see cref="MailNotification.UserName"/>; null when nobody logs on.</param>
    /// <param name="stop">Fires when the attempt has taken as long as it may.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    Task<SendAttempt> Deliver(MailNotification mail, MailText text, string? secret, CancellationToken stop);
}
