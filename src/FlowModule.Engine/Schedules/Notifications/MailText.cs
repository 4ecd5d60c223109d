namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>What a mail says.</summary>
/// <param name="Id">Its Message-ID, without angle brackets. A second attempt has the same: to the reader both are one mail.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Body">Its plain text.</param>
internal sealed record MailText(string Id, string Subject, string Body);
