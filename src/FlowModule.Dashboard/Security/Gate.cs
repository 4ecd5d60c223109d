using System.Net;
using Microsoft.AspNetCore.Http;

namespace FlowModule.Dashboard.Security;

/// <summary>
/// Grants access to holders of the token: by the printed address, by the form, or as a bearer token. Requests that change something must come from
/// a page of this server. Requests for an unknown host name are refused, so that no other site can use a visitor's browser against this server.
/// </summary>
internal sealed class Gate(AccessToken token, DashboardOptions options)
{
    internal const string SignInPath = "/sign-in";
    internal const string AssetsPath = "/assets";
    internal const string TokenName = "token";
    internal const string FormField = "form-token";
    internal const string FormHeader = "X-Form-Token";
    internal const string ReadOnly = "The dashboard is read-only: it was started with --read-only.";

    private static readonly object VisitorKey = new();

    // Cookies ignore ports: two dashboards on one computer must not sign each other out.
    private static string CookieOf(HttpContext context) => $"flow-ui-{context.Connection.LocalPort}";

    /// <summary>The sender of a request. Available only behind the gate.</summary>
    internal static Visitor VisitorOf(HttpContext context) => (Visitor)context.Items[VisitorKey]!;

    internal static Visitor? TryVisitorOf(HttpContext context) => context.Items[VisitorKey] as Visitor;

    /// <summary>The token in a form which proves that a page of this server created it for this visitor.</summary>
    internal string FormTokenOf(Visitor visitor) => token.Sign($"form|{visitor.Name}");

    /// <summary>Checks a request before any page handles it.</summary>
    internal async Task Handle(HttpContext context, RequestDelegate next)
    {
        SetHeaders(context);
        if (!IsHostKnown(context.Request.Host))
        {
            await Refuse(context, StatusCodes.Status421MisdirectedRequest, "The dashboard does not go by this name. Open the address that flow has printed.");
            return;
        }

        bool changes = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
        bool isBearer = token.Is(BearerOf(context.Request));
        if (changes && !isBearer && !IsSameOrigin(context.Request))
        {
            await Refuse(context, StatusCodes.Status403Forbidden, "The request does not come from a page of this dashboard.");
            return;
        }

        if (context.Request.Path.StartsWithSegments(AssetsPath, StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        if (context.Request.Query.TryGetValue(TokenName, out var given))
        {
            SignInByAddress(context, given.ToString());
            return;
        }

        if (context.Request.Path == SignInPath)
        {
            await next(context);
            return;
        }

        if ((isBearer ? Visitor.DefaultName : NameInCookie(context)) is not { } name)
        {
            ToSignIn(context);
            return;
        }

        var visitor = new Visitor(name, AddressOf(context));
        context.Items[VisitorKey] = visitor;

        // The pages of the carrier ask for figures with POST: what changes something is refused there.
        if (changes && options.IsReadOnly && !context.Request.Path.StartsWithSegments(Links.Carrier, StringComparison.OrdinalIgnoreCase))
        {
            await Refuse(context, StatusCodes.Status403Forbidden, ReadOnly);
            return;
        }

        if (changes && !isBearer && !await HasFormToken(context, visitor))
        {
            await Refuse(context, StatusCodes.Status403Forbidden, "The form is out of date. Load the page again.");
            return;
        }

        await next(context);
    }

    /// <summary>Signs a visitor in; returns false if the token is wrong.</summary>
    internal bool TrySignIn(HttpContext context, string? given, string? name)
    {
        if (!token.Is(given))
        {
            return false;
        }

        string known = Visitor.NameOf(name);
        context.Response.Cookies.Append(CookieOf(context), $"{Uri.EscapeDataString(known)}|{token.Sign(SessionOf(known))}", new CookieOptions
        {
            HttpOnly = true,

            // A link in a mail must work; changes never come from another site's request.
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            Path = "/",
            MaxAge = TimeSpan.FromDays(30),
        });
        return true;
    }

    internal static void SignOut(HttpContext context) => context.Response.Cookies.Delete(CookieOf(context));

    private static string SessionOf(string name) => $"session|{name}";

    private static void SetHeaders(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";

        // Not "no-referrer", because forms would then have no origin.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    private static async Task Refuse(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(why);
    }

    private static string? BearerOf(HttpRequest request) =>
        request.Headers.Authorization.ToString() is { } text && text.StartsWith("Bearer ", StringComparison.Ordinal) ? text["Bearer ".Length..].Trim() : null;

    /// <summary>Whether a request that changes something comes from this server. Browsers always send the origin; a request without one is refused.</summary>
    private static bool IsSameOrigin(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0 && !site.Equals("same-origin", StringComparison.Ordinal))
        {
            return false;
        }

        return string.Equals(request.Headers.Origin.ToString(), $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    private static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => "local",
        { IsIPv4MappedToIPv6: true } address => address.MapToIPv4().ToString(),
        var address => address.ToString(),
    };

    private static async Task<bool> SameToken(HttpContext context, string expected)
    {
        string given = context.Request.Headers[FormHeader].ToString();
        if (given.Length == 0 && context.Request.HasFormContentType)
        {
            IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
            given = form[FormField].ToString();
        }

        return string.Equals(given, expected, StringComparison.Ordinal);
    }

    private static void ToSignIn(HttpContext context)
    {
        if (context.Request.Headers.ContainsKey("HX-Request"))
        {
            // A part of a page cannot show the sign-in, so the whole page goes there.
            context.Response.Headers["HX-Redirect"] = SignInPath;
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        string back = context.Request.Path + context.Request.QueryString;
        context.Response.Redirect(back == "/" ? SignInPath : $"{SignInPath}?back={Uri.EscapeDataString(back)}");
    }

    private Task<bool> HasFormToken(HttpContext context, Visitor visitor) => SameToken(context, FormTokenOf(visitor));

    /// <summary>Removes the token from the address at once, so that it does not stay in the browser's history.</summary>
    private void SignInByAddress(HttpContext context, string given)
    {
        string rest = string.Join('&', context.Request.Query.Where(static pair => pair.Key != TokenName)
            .SelectMany(static pair => pair.Value.Select(value => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(value ?? string.Empty)}")));
        bool isIn = TrySignIn(context, given, NameInCookie(context));
        context.Response.Redirect(isIn ? $"{context.Request.Path}{(rest.Length > 0 ? "?" + rest : null)}" : $"{SignInPath}?wrong=1");
    }

    private string? NameInCookie(HttpContext context)
    {
        if (context.Request.Cookies[CookieOf(context)]?.Split('|') is not [var escaped, var signature])
        {
            return null;
        }

        string name = Uri.UnescapeDataString(escaped);
        return token.IsSignature(SessionOf(name), signature) ? name : null;
    }

    private bool IsHostKnown(HostString host)
    {
        string name = host.Host.Trim('[', ']');
        if (IPAddress.TryParse(name, out _) || name.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        // The user has chosen to serve other computers, which may use any host name.
        return options.AllowsRemote && !IPAddress.IsLoopback(options.Address);
    }
}
