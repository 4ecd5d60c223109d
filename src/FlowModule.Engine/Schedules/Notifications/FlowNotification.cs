using System.Text.Json.Serialization;
using FlowModule.Engine.Schedules.Notifications;

namespace FlowModule;

/// <summary>How to notify someone that a scheduled flow has failed: a command, a webhook, or mail. Immutable.</summary>
[JsonDerivedType(typeof(CommandNotification), "command")]
[JsonDerivedType(typeof(WebhookNotification), "webhook")]
[JsonDerivedType(typeof(MailNotification), "mail")]
public abstract class FlowNotification
{
    private protected FlowNotification()
    {
    }

    /// <summary>A description for display.</summary>
    [JsonIgnore]
    public abstract string Description { get; }

    /// <inheritdoc/>
    public override string ToString() => Description;
}
