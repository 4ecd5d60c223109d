namespace FlowModule;

/// <summary>The result of a test notification: the output of <c>Test-FlowNotification</c>.</summary>
/// <param name="Notification">The notification.</param>
/// <param name="Succeeded">Whether the report has arrived.</param>
/// <param name="Message">Why it has not, or null.</param>
public sealed record FlowNotificationTest(FlowNotification Notification, bool Succeeded, string? Message)
{
    /// <summary>The flow that the notification belongs to, or null.</summary>
    public string? Name { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }
}
