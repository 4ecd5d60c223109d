namespace FlowModule;

/// <summary>What became of a notification that was sent to try it. What <c>Test-FlowNotification</c> gives.</summary>
/// <param name="Notification">The notification.</param>
/// <param name="Succeeded">Whether the report has arrived.</param>
/// <param name="Message">Why it has not, or null.</param>
public sealed record FlowNotificationTest(FlowNotification Notification, bool Succeeded, string? Message)
{
    /// <summary>The flow whose notification it is, or null.</summary>
    public string? Name { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }
}
