namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>The contents of a mail.</summary>
/// <param name="Id">Its Message-ID, without angle brackets. It is the same in each attempt, so that the reader's mail program can drop a duplicate.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Body">Its plain text.</param>
internal sealed record MailText(string Id, string Subject, string Body);
