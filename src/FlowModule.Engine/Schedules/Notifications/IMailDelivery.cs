namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>Delivers a mail to the server of a notification.</summary>
internal interface IMailDelivery
{
    /// <summary>Tries once to deliver the mail. All errors are in the result, except a token that fired.</summary>
    /// <param name="mail">The server, the log-on data, and the addresses.</param>
    /// <param name="text">The contents of the mail.</param>
    /// <param name="secret">The password or the access token of <see cref="MailNotification.UserName"/>; null without a log-on.</param>
    /// <param name="stop">Fires when the attempt has reached its time limit.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    Task<SendAttempt> Deliver(MailNotification mail, MailText text, string? secret, CancellationToken stop);
}
