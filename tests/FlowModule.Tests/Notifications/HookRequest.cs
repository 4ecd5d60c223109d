using System.Net;

namespace FlowModule.Tests.Notifications;

/// <summary>A request that a service received.</summary>
internal sealed record HookRequest(string Method, string Path, WebHeaderCollection Headers, string Body)
{
    internal HookRequest(string method, string path, System.Collections.Specialized.NameValueCollection headers, string body)
        : this(method, path, new WebHeaderCollection { headers }, body)
    {
    }
}
