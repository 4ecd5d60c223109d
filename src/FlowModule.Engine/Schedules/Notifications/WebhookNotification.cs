using System.Text.Json.Serialization;

namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>Posts the report as JSON.</summary>
[method: JsonConstructor]
internal sealed class WebhookNotification(Uri uri, IReadOnlyDictionary<string, string> headers, IReadOnlyDictionary<string, string> headerPaths) : FlowNotification
{
    [JsonInclude]
    internal Uri Uri => uri;

    /// <summary>Headers with their values.</summary>
    [JsonInclude]
    internal IReadOnlyDictionary<string, string> Headers => headers;

    /// <summary>Headers whose values are read from files at sending, so that a registration contains no token.</summary>
    [JsonInclude]
    internal IReadOnlyDictionary<string, string> HeaderPaths => headerPaths;

    // Without the path: anyone who knows the whole address of a chat webhook can post to it, and this text appears in tables and logs.
    public override string Description => uri.PathAndQuery is "/" ? $"POST {uri.GetLeftPart(UriPartial.Authority)}" : $"POST {uri.GetLeftPart(UriPartial.Authority)}/...";
}
