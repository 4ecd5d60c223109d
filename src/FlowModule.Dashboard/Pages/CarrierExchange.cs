using System.Globalization;
using FlowModule.Dashboard.Security;
using FlowModule.Engine.Pool;
using Microsoft.AspNetCore.Http;

namespace FlowModule.Dashboard.Pages;

/// <summary>A request for a page of the carrier.</summary>
internal sealed class CarrierExchange(HttpContext context, bool isReadOnly, string proof) : IWorkQueueExchange
{
    public string Method => context.Request.Method;

    public string Path => context.Request.Path.StartsWithSegments(PathBase, StringComparison.OrdinalIgnoreCase, out PathString rest) && rest.HasValue ? rest.Value! : "/";

    public string PathBase => Links.Carrier;

    public string Home => Links.Workers;

    public bool IsReadOnly => isReadOnly;

    public string ProofHeader => Gate.FormHeader;

    public string Proof => proof;

    public string? ContentType
    {
        get => context.Response.ContentType;
        set => context.Response.ContentType = value;
    }

    public int StatusCode
    {
        get => context.Response.StatusCode;
        set => context.Response.StatusCode = value;
    }

    public Stream Body => context.Response.Body;

    public string? Query(string name) => context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    public async Task<IList<string>> Form(string name) =>
        context.Request.HasFormContentType && (await context.Request.ReadFormAsync(context.RequestAborted)).TryGetValue(name, out var values) ? [.. values.OfType<string>()] : [];

    public void KeepUntil(DateTimeOffset time) =>
        context.Response.Headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"private, max-age={(long)(time - DateTimeOffset.UtcNow).TotalSeconds}");
}
