using System.Text.Json.Serialization;

namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>Posts what happened as JSON.</summary>
[method: JsonConstructor]
internal sealed class WebhookNotification(Uri uri, IReadOnlyDictionary<string, string> headers, IReadOnlyDictionary<string, string> headerPaths) : FlowNotification
{
    [JsonInclude]
    internal Uri Uri => uri;

    /// <summary>Headers, as they are.</summary>
    [JsonInclude]
    internal IReadOnlyDictionary<string, string> Headers => headers;

    /// <summary>Headers whose values are in files that are read when it is sent: no token need be kept with a registration.</summary>
    [JsonInclude]
    internal IReadOnlyDictionary<string, string> HeaderPaths => headerPaths;

    // Who knows the whole address of a chat service's webhook may post there. This text goes to tables and logs.
    public override string Description => uri.PathAndQuery is "/" ? $"POST {uri.GetLeftPart(UriPartial.Authority)}" : $"POST {uri.GetLeftPart(UriPartial.Authority)}/...";
}
