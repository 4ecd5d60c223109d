using System.Text.Json.Serialization;

namespace FlowModule.Engine;

/// <summary>Posts what happened as JSON.</summary>
[method: JsonConstructor]
internal sealed class WebhookNotification(Uri uri, IReadOnlyDictionary<string, string> headers) : FlowNotification
{
    [JsonInclude]
    internal Uri Uri => uri;

    [JsonInclude]
    internal IReadOnlyDictionary<string, string> Headers => headers;

    public override string Description => $"POST {uri}";
}
