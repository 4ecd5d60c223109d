using FlowModule.Engine.Texts;

namespace FlowModule;

/// <summary>The result of a test notification: the output of <c>Test-FlowNotification</c>.</summary>
/// <param name="Notification">The notification.</param>
/// <param name="Succeeded">Whether the report has arrived.</param>
/// <param name="Message">Why it has not, or null.</param>
public sealed record FlowNotificationTest(FlowNotification Notification, bool Succeeded, string? Message) : IFormattable
{
    /// <summary>The flow that the notification belongs to, or null.</summary>
    public string? Name { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The result as text; with the format <c>duration</c>, how long it took, as the view shows it.</summary>
    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => format == "duration" ? DurationText.Of(Duration, formatProvider) : ToString();
}
